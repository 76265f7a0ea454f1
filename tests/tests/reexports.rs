//! One item that a package can be reached by on several ways: still one item.

use ripe_testkit::Published;
use ripe_tests::{Served, release};

const BASE: &str = "
    pub struct Unit;
    pub struct Wrap<T>(pub T);
    impl<T> From<T> for Wrap<T> { fn from(t: T) -> Self { Wrap(t) } }
    pub mod consts { pub type One = super::Wrap<super::Unit>; }
";

const ONE: &str = "
    pub use mid::base::consts;
    pub use mid;
    pub fn one() -> consts::One { mid::base::Wrap(mid::base::Unit) }
    pub struct Mine(pub mid::base::Unit);
";

#[test]
fn another_way_to_the_items_of_a_dependency_changes_nothing() {
    const DAY: &str = "2020-01-01T00:00:00Z";
    let served = Served::new(None);
    served.publish(&release("base", "1.0.0", DAY, BASE));
    let mid = release("mid", "1.0.0", DAY, "pub use base;");
    served.publish(&Published { needs: &[("base", "1")], ..mid });
    let around = release("around", "1.0.0", DAY, "pub use mid;");
    served.publish(&Published { needs: &[("mid", "1")], ..around });
    let old = release("subject", "1.0.0", DAY, ONE);
    served.publish(&Published { needs: &[("mid", "1")], ..old });
    served.package("subject = \"1\"\n", "pub fn f() { subject::one(); }");
    served.cargo(&["generate-lockfile"]);
    let both = format!("pub use around; {ONE}");
    let new = release("subject", "1.0.1", DAY, &both);
    served.publish(&Published { needs: &[("mid", "1"), ("around", "1")], ..new });
    let run = served.ripe(&["explain", "subject", "--to", "1.0.1", "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let report = run.json();
    assert_eq!(report["n_changes_total"], 1, "only the module is new: {report:#}");
    assert_eq!(report["verdict"], "free", "{report:#}");
}
