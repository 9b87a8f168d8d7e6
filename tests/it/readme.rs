//! The READMEs against the code.

use signpost::config::SETTINGS;

#[test]
fn both_readmes_list_every_setting_with_its_default() {
    for (name, text) in [
        ("README.md", include_str!("../../README.md")),
        ("README.zh-CN.md", include_str!("../../README.zh-CN.md")),
    ] {
        let rows = text
            .lines()
            .filter_map(|line| line.strip_prefix("| `"))
            .filter_map(|row| {
                let (setting, rest) = row.split_once("` | ")?;
                let (default, _) = rest.split_once(" |")?;
                Some((setting.to_owned(), default.replace('`', "")))
            })
            .filter(|(setting, _)| SETTINGS.iter().any(|known| known.name == setting))
            .collect::<Vec<_>>();
        let want = SETTINGS
            .iter()
            .map(|setting| (setting.name.to_owned(), setting.default.to_owned()))
            .collect::<Vec<_>>();
        assert_eq!(rows, want, "{name}");
    }
}
