//! Reports for machines: the fields of the contract, and equal bytes.

mod support;

use ripe_report::{Style, json, plan_text};
use support::{comparison, empty_plan, explanation, first_look, plan};

/// The keys of an object, in the order in which they are written.
fn keys(text: &str) -> Vec<String> {
    text.lines()
        .filter(|line| line.starts_with("  \""))
        .filter_map(|line| line.trim_start().strip_prefix('"')?.split_once('"'))
        .map(|(key, _)| key.to_owned())
        .collect()
}

#[test]
fn a_diff_has_the_fields_of_the_contract() {
    let text = json(&comparison()).expect("it is written and read");
    assert_eq!(
        keys(&text).join(" "),
        "schema_version old new declared_bump required_bump possible_bump undeclared changes \
         unexplained gaps"
    );
    insta::assert_snapshot!(text);
}

#[test]
fn an_explanation_has_the_fields_of_the_contract() {
    let text = json(&explanation()).expect("it is written and read");
    assert_eq!(
        keys(&text).join(" "),
        "schema_version package locked target role declared_bump undeclared impact verdict grade \
         reasons changes n_changes_total moves_along commands minutes runs inside coverage tests gaps errors"
    );
    insta::assert_snapshot!(text);
}

#[test]
fn a_plan_has_the_fields_of_the_contract() {
    let report = plan();
    let text = json(&report).expect("it is written and read");
    for field in
        ["schema_version", "plan_id", "budget_minutes", "steps", "stretch", "holds", "gaps"]
    {
        assert!(keys(&text).iter().any(|key| key == field), "{field}");
    }
    let value: serde_json::Value = serde_json::from_str(&text).expect("it is written and read");
    assert_eq!(value["schema_version"], 1);
    assert_eq!(value["steps"][2]["minutes"]["p80"], 46);
    assert_eq!(value["steps"][2]["updates"][0]["verdict"], "edit");
    assert_eq!(value["holds"][2]["update"]["changes"][0]["use_sites"][0]["line"], 51);
    assert_eq!(value["evidence"]["uses"], 16);
}

#[test]
fn an_empty_plan_keeps_its_lists() {
    let value: serde_json::Value =
        serde_json::from_str(&json(&empty_plan()).expect("it is written and read"))
            .expect("it is written and read");
    for field in ["steps", "stretch", "holds", "gaps"] {
        assert_eq!(value[field], serde_json::json!([]), "{field}");
    }
}

#[test]
fn a_first_look_names_every_update() {
    let text = json(&first_look()).expect("it is written and read");
    let value: serde_json::Value = serde_json::from_str(&text).expect("it is written and read");
    assert_eq!(value["holds"].as_array().map(Vec::len), Some(4));
}

#[test]
fn equal_reports_give_equal_bytes() {
    assert_eq!(
        json(&plan()).expect("it is written and read"),
        json(&plan()).expect("it is written and read")
    );
    let style = Style::default();
    assert_eq!(plan_text(&plan(), &style), plan_text(&plan(), &style));
}
