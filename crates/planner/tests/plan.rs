//! Plans whose reasons a reader can check by hand.

mod support;

use ripe_model::{Gap, Verdict};
use ripe_planner::{SET_UP, Worth, budget_words, plan};
use semver::Version;
use support::{minutes, names, offer, spent, taken};

#[test]
fn compatible_updates_share_one_set_up() {
    let offers = ["a", "b", "c"]
        .map(|name| offer(name, "1.0.1", Verdict::Free, minutes(SET_UP.p80 + 1)))
        .to_vec();
    let plan = plan(60, offers, Vec::new());
    assert_eq!(plan.steps.len(), 1);
    assert_eq!(plan.steps[0].commands, ["cargo update a b c"]);
    assert_eq!(plan.steps[0].title, "3 compatible updates");
    assert_eq!(spent(&plan), SET_UP.p80 + 3);
}

#[test]
fn what_cargo_would_take_too_far_is_named_with_its_version() {
    let mut offers =
        ["a", "b"].map(|name| offer(name, "1.0.1", Verdict::Free, minutes(SET_UP.p80))).to_vec();
    offers[1].exact = true;
    let plan = plan(60, offers, Vec::new());
    assert_eq!(plan.steps[0].commands, ["cargo update a", "cargo update b --precise 1.0.1"]);
}

#[test]
fn a_security_fix_outweighs_any_upkeep() {
    let mut fix = offer("fix", "2.0.0", Verdict::Edit, minutes(30));
    fix.worth = Worth { security: 1, withdrawn: 0, upkeep: 0 };
    let mut rest: Vec<_> =
        ["a", "b", "c"].map(|name| offer(name, "2.0.0", Verdict::Free, minutes(10))).to_vec();
    for other in &mut rest {
        other.worth.upkeep = 100;
    }
    rest.push(fix);
    assert_eq!(taken(&plan(30, rest, Vec::new())), ["fix 2.0.0"]);
}

#[test]
fn what_moves_together_is_one_step_or_none() {
    let mut clap = offer("clap", "2.0.0", Verdict::Edit, minutes(30));
    clap.requires = vec![("clap_complete".to_owned(), Version::new(2, 0, 0))];
    let complete = offer("clap_complete", "2.0.0", Verdict::Free, minutes(10));
    let together = 30 + 10 - SET_UP.p80;

    let enough = plan(together, vec![clap.clone(), complete.clone()], Vec::new());
    assert_eq!(enough.steps.len(), 1);
    assert_eq!(enough.steps[0].updates.len(), 2);
    let less = plan(together - 1, vec![clap, complete], Vec::new());
    assert_eq!(taken(&less), ["clap_complete 2.0.0"]);
}

#[test]
fn what_needs_an_update_that_waits_waits_for_it() {
    let mut upper = offer("upper", "1.1.0", Verdict::Free, minutes(5));
    upper.requires = vec![("lower".to_owned(), Version::new(1, 1, 0))];
    let lower = offer("lower", "1.1.0", Verdict::Hold, minutes(5));
    let plan = plan(60, vec![upper, lower], Vec::new());
    assert!(plan.steps.is_empty() && plan.stretch.is_empty());
    let until: Vec<&str> = plan.holds.iter().map(|hold| hold.until.as_str()).collect();
    assert_eq!(
        until,
        ["when it is older", "when lower 1.1.0 can be taken, which has to move with it"]
    );
}

#[test]
fn a_major_that_does_not_fit_names_the_budget_from_which_it_does() {
    let mut offers = vec![offer("big", "2.0.0", Verdict::Edit, minutes(160))];
    offers.push(offer("small", "1.0.1", Verdict::Free, minutes(5)));
    let plan = plan(60, offers, Vec::new());
    assert_eq!(taken(&plan), ["small 1.0.1"]);
    assert_eq!(plan.holds[0].until, "fits from `--budget 2h45m`");
}

#[test]
fn what_fits_only_if_all_goes_well_is_for_the_stretch() {
    let mut offers = vec![offer("first", "2.0.0", Verdict::Edit, minutes(40))];
    offers[0].worth.upkeep = 9;
    offers.push(offer("second", "2.0.0", Verdict::Edit, minutes(40)));
    let plan = plan(60, offers, Vec::new());
    assert_eq!(taken(&plan), ["first 2.0.0"]);
    assert_eq!(names(&plan.stretch), ["second 2.0.0"]);
    assert_eq!(plan.stretch[0].n, 2);
    assert!(plan.holds.is_empty());
}

#[test]
fn an_update_that_is_not_known_is_never_taken() {
    let plan = plan(600, vec![offer("a", "1.0.1", Verdict::Unknown, minutes(5))], Vec::new());
    assert!(plan.steps.is_empty() && plan.stretch.is_empty());
    assert_eq!(plan.holds[0].until, "look closer: `cargo ripe explain a --to 1.0.1`");
}

#[test]
fn a_smaller_option_is_not_held_where_a_larger_one_is_taken() {
    let mut major = offer("a", "2.0.0", Verdict::Free, minutes(10));
    major.worth.upkeep = 9;
    let offers = vec![offer("a", "1.0.1", Verdict::Free, minutes(5)), major];
    let plan = plan(60, offers, Vec::new());
    assert_eq!(taken(&plan), ["a 2.0.0"]);
    assert!(plan.holds.is_empty());
}

#[test]
fn a_cluster_with_too_many_ways_still_gives_a_plan_within_the_budget() {
    // Thirty majors that all need one small update: 2^30 ways to combine them.
    let mut offers = vec![offer("base", "1.0.1", Verdict::Free, minutes(5))];
    for n in 0..30 {
        let mut user = offer(&format!("user{n:02}"), "2.0.0", Verdict::Free, minutes(10));
        user.requires = vec![("base".to_owned(), Version::new(1, 0, 1))];
        offers.push(user);
    }
    let plan = plan(65, offers, Vec::new());
    assert_eq!(taken(&plan).len(), 7);
    assert_eq!(spent(&plan), 65);
}

#[test]
fn nothing_to_do_is_a_plan_too() {
    let gap = Gap::new("ring", "it does not build here");
    let plan = plan(0, Vec::new(), vec![gap.clone(), gap.clone()]);
    assert!(plan.steps.is_empty() && plan.holds.is_empty());
    assert_eq!(plan.gaps, [gap]);
}

#[test]
fn a_budget_without_bounds_is_no_trouble() {
    let offers = vec![offer("a", "2.0.0", Verdict::Edit, minutes(100_000))];
    let plan = plan(u32::MAX, offers, Vec::new());
    assert_eq!(taken(&plan), ["a 2.0.0"]);
}

#[test]
fn budgets_are_said_as_the_command_line_takes_them() {
    let said = [45, 120, 165, 0].map(budget_words);
    assert_eq!(said, ["45m", "2h", "2h45m", "0m"]);
}
