//! Progress on stderr: one bar on a terminal, plain lines otherwise. Never silent for more than
//! two seconds while something runs.

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use console::Term;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use ripe_report::Style;

/// A plain line is repeated when this much time went by without another.
const HEARTBEAT: Duration = Duration::from_secs(2);

/// What runs now.
#[derive(Debug)]
struct Now {
    stage: String,
    item: String,
    done: usize,
    total: Option<usize>,
    since: Instant,
    printed: Instant,
    running: bool,
    cpu: Duration,
    stages: Vec<Stage>,
}

/// What a finished stage took.
#[derive(Debug, Clone)]
pub(crate) struct Stage {
    /// Its name.
    pub(crate) name: String,
    /// Time on the clock.
    pub(crate) wall: Duration,
    /// Processor time, of child processes that ended too.
    pub(crate) cpu: Duration,
    /// Whether another stage counts it already.
    pub(crate) part: bool,
}

impl Now {
    /// Writes down what the stage that ends took.
    fn close(&mut self) {
        let cpu = ripe_runner::cpu_time();
        if self.running {
            self.stages.push(Stage {
                name: self.stage.clone(),
                wall: self.since.elapsed(),
                cpu: cpu.saturating_sub(self.cpu),
                part: false,
            });
        }
        self.cpu = cpu;
    }

    fn line(&self) -> String {
        let mut line = format!("ripe: {}", self.stage);
        if !self.item.is_empty() {
            line.push(' ');
            line.push_str(&self.item);
        }
        if let Some(total) = self.total {
            line.push_str(&format!(" ({} of {total})", self.done));
        }
        line
    }
}

/// The progress of a run. Cheap to clone; all clones show one state.
#[derive(Debug, Clone)]
pub(crate) struct Progress {
    now: Arc<Mutex<Now>>,
    bar: Option<Bar>,
    _heart: Arc<Heart>,
}

/// What a terminal shows: the plan as it stands, and below it the line of what runs.
#[derive(Debug, Clone)]
struct Bar {
    screen: ProgressBar,
    line: ProgressBar,
}

impl Bar {
    fn new() -> Bar {
        let all = MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        let add = |template: &str| {
            let style =
                ProgressStyle::with_template(template).expect("the template is well-formed");
            all.add(ProgressBar::new_spinner().with_style(style))
        };
        let screen = add("{msg}");
        let line = add("{spinner} {msg} {elapsed} · Ctrl-C is safe");
        line.enable_steady_tick(Duration::from_millis(120));
        Bar { screen, line }
    }
}

/// The thread that breaks the silence; it ends with the last clone.
#[derive(Debug)]
struct Heart {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Heart {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // The thread only prints; a panic in it has been reported by itself.
            drop(thread.join());
        }
    }
}

impl Progress {
    /// Progress for a run that starts now.
    pub(crate) fn new() -> Progress {
        let now = Arc::new(Mutex::new(Now {
            stage: String::new(),
            item: String::new(),
            done: 0,
            total: None,
            since: Instant::now(),
            printed: Instant::now(),
            running: false,
            cpu: ripe_runner::cpu_time(),
            stages: Vec::new(),
        }));
        let bar = std::io::stderr().is_terminal().then(Bar::new);
        let stop = Arc::new(AtomicBool::new(false));
        let thread = bar.is_none().then(|| {
            let (now, stop) = (Arc::clone(&now), Arc::clone(&stop));
            std::thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    std::thread::park_timeout(Duration::from_millis(250));
                    let mut now = lock(&now);
                    if now.running && now.printed.elapsed() >= HEARTBEAT {
                        now.printed = Instant::now();
                        let line = format!("{} … {} s", now.line(), now.since.elapsed().as_secs());
                        print(&line);
                    }
                }
            })
        });
        Progress { now, bar, _heart: Arc::new(Heart { stop, thread }) }
    }

    /// Notes what a part of the stages so far took of the processor; `wall` is not known of parts.
    pub(crate) fn part(&self, name: &str, cpu: Duration) {
        let name = format!("  of it {name}");
        lock(&self.now).stages.push(Stage { name, wall: Duration::ZERO, cpu, part: true });
    }

    /// A new stage begins: `"resolving"`, `"documenting"`.
    pub(crate) fn stage(&self, stage: &str, total: Option<usize>) {
        let line = {
            let mut now = lock(&self.now);
            now.close();
            now.stage = stage.to_owned();
            now.item.clear();
            now.done = 0;
            now.total = total;
            now.since = Instant::now();
            now.printed = Instant::now();
            now.running = true;
            now.line()
        };
        match &self.bar {
            Some(bar) => bar.line.set_message(line),
            None => print(&line),
        }
    }

    /// The stage has come to `item`, with `done` finished.
    pub(crate) fn at(&self, item: &str, done: usize) {
        let line = {
            let mut now = lock(&self.now);
            now.item = item.to_owned();
            now.done = done;
            now.line()
        };
        if let Some(bar) = &self.bar {
            bar.line.set_message(line);
        }
    }

    /// How many things the stage has in all, once that is known.
    pub(crate) fn total(&self, total: usize) {
        lock(&self.now).total = Some(total);
    }

    /// A line for who reads the progress as plain lines; on a terminal the line of what runs says it.
    pub(crate) fn hint(&self, text: &str) {
        if self.bar.is_none() {
            self.note(text);
        }
    }

    /// A line that stays: a degradation, a hint.
    pub(crate) fn note(&self, text: &str) {
        let line = format!("ripe: {text}");
        match &self.bar {
            Some(bar) => bar.line.println(line),
            None => print(&line),
        }
    }

    /// The stages so far with what they took, a line each.
    pub(crate) fn timings(&self) -> String {
        let stages = lock(&self.now).stages.clone();
        let mut text = String::from("    wall      cpu  stage\n");
        let mut sum = (Duration::ZERO, Duration::ZERO);
        for Stage { name, wall, cpu, part } in stages {
            text.push_str(&format!(
                "{:7.2}s {:7.2}s  {name}\n",
                wall.as_secs_f64(),
                cpu.as_secs_f64()
            ));
            if !part {
                sum = (sum.0 + wall, sum.1 + cpu);
            }
        }
        text.push_str(&format!("{:7.2}s {:7.2}s  all", sum.0.as_secs_f64(), sum.1.as_secs_f64()));
        text
    }

    /// Nothing runs any more; the bar goes away.
    pub(crate) fn finish(&self) {
        {
            let mut now = lock(&self.now);
            now.close();
            now.running = false;
        }
        if let Some(bar) = &self.bar {
            bar.line.finish_and_clear();
            bar.screen.finish_and_clear();
        }
    }

    /// Whether there is a terminal that a text can be shown on.
    pub(crate) fn has_screen(&self) -> bool {
        self.bar.is_some()
    }

    /// Shows a text above the line of what runs, in place of the one before, as far as the
    /// terminal has room. It goes away with the line.
    pub(crate) fn show(&self, text: impl FnOnce(&Style) -> String) {
        let Some(bar) = &self.bar else { return };
        let (rows, columns) = Term::stderr().size();
        let style = Style {
            width: usize::from(columns).saturating_sub(1),
            color: console::colors_enabled_stderr(),
        };
        let room = usize::from(rows).saturating_sub(LINES_BELOW);
        bar.screen.set_message(first_lines(&text(&style), room));
    }
}

/// The line of what runs, and one of air on each side.
const LINES_BELOW: usize = 3;

/// The first `room` lines of a text; where it has more, the last of them says so.
fn first_lines(text: &str, room: usize) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    if lines.len() <= room {
        return lines.join("\n");
    }
    let shown = room.saturating_sub(1);
    let more = format!("… {} more lines", lines.len() - shown);
    lines[..shown].iter().copied().chain([more.as_str()]).collect::<Vec<_>>().join("\n")
}

fn lock(now: &Mutex<Now>) -> std::sync::MutexGuard<'_, Now> {
    now.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn print(line: &str) {
    // Progress that cannot be written is no reason to stop: the report goes elsewhere.
    drop(writeln!(std::io::stderr(), "{line}"));
}
