//! `cargo ripe explain --item` for people.

use std::collections::BTreeMap;

use crate::style::{Paint, Style};
use crate::{ItemSite, UsesReport};

use super::changes::gap_lines;
use super::{count, page};

/// How many of the items that were asked about are named.
const ITEMS: usize = 4;

/// Who uses an item: a paragraph for each package, a line for each place.
pub fn uses_text(report: &UsesReport, style: &Style) -> String {
    let mut named: Vec<String> = report.items.iter().take(ITEMS).cloned().collect();
    match report.items.len().saturating_sub(ITEMS) {
        0 => {}
        more => named.push(format!("{more} more")),
    }
    let title = format!("{} {}: {}", report.package, report.locked, named.join(", "));
    let mut lines = style.heading(&title);
    let searched = count(report.packages as usize, "package");
    let depend = if report.packages == 1 { "depends" } else { "depend" };
    let text = match report.users.len() {
        0 => format!("no use was found in the {searched} that {depend} on it"),
        n => format!("used by {n} of the {searched} that {depend} on it"),
    };
    lines.extend(style.wrap("  ", "  ", &text));
    for user in &report.users {
        lines.push(String::new());
        let whose = if user.member { " (yours)" } else { "" };
        lines.extend(style.heading(&format!("{} {}{whose}", user.package, user.version)));
        let mut places: BTreeMap<(&str, u32), Vec<&ItemSite>> = BTreeMap::new();
        for site in &user.use_sites {
            places.entry((&site.site.file, site.site.line)).or_default().push(site);
        }
        for ((file, line), sites) in places {
            let mut words: Vec<String> = sites
                .iter()
                .map(|site| {
                    let off = if site.inactive { ", not built" } else { "" };
                    let sure = format!("{:?}", site.site.confidence).to_lowercase();
                    format!("{} {} ({sure}{off})", site.site.how, site.item)
                })
                .collect();
            words.dedup();
            let place = style.paint(Paint::Dim, &format!("{file}:{line}"));
            lines.extend(style.wrap("  ", "    ", &format!("{place}  {}", words.join(", "))));
        }
    }
    if !report.gaps.is_empty() {
        lines.push(String::new());
        lines.extend(style.heading("Not seen"));
        lines.extend(gap_lines(style, &report.gaps, usize::MAX));
    }
    page(&lines)
}
