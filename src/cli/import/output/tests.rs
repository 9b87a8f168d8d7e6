use super::*;
use crate::cli::import::model::Hide;

fn tree(mount: &str, text: &str) -> TreeText {
    TreeText { mount: mount.to_owned(), secret: "STORAGE_1_TREE".to_owned(), text: text.to_owned() }
}

fn mount(path: &str) -> Mount {
    Mount { path: path.to_owned(), source: "links", ..Mount::default() }
}

#[test]
fn the_settings_are_toml_whatever_is_in_them() {
    let mut import = Import::default();
    import.site.title = Some("\"quoted\" \\ \u{1} 老王".to_owned());
    import.mounts.push(mount("/a \"b\"/#c"));
    import.rule_at("/x").readme = Some("line\n'''\n\"\"\"\n[vars.MOUNTS]\n".to_owned());
    import.rule_at("/x").hide = Hide { unlisted: vec!["*.\"x\"".to_owned()], blocked: Vec::new() };
    import.rule_at("/y").access = Some("deny");
    import.rule_at("/nothing");
    let parsed: toml::Table = toml::from_str(&settings(&import).unwrap()).unwrap();
    let vars = serde_json::to_value(&parsed["vars"]).unwrap();
    assert_eq!(
        vars,
        serde_json::json!({
            "SITE": { "title": "\"quoted\" \\ \u{1} 老王" },
            "MOUNTS": [{ "path": "/a \"b\"/#c", "source": "links" }],
            "RULES": [
                {
                    "path": "/x", "readme": "line\n'''\n\"\"\"\n[vars.MOUNTS]\n",
                    "hide": { "unlisted": ["*.\"x\""] },
                },
                { "path": "/y", "access": "deny" },
            ],
        })
    );
}

#[test]
fn each_tree_has_a_file_of_its_own_name() {
    let names = |mounts: &[&str]| {
        tree_names(&mounts.iter().map(|mount| tree(mount, "")).collect::<Vec<_>>())
    };
    assert_eq!(names(&["/pan"]), ["tree.txt"]);
    assert_eq!(
        names(&["/", "/A b", "/a_b", "/音乐/新", "/../x"]),
        ["tree.txt", "tree-A_b.txt", "tree-a_b-2.txt", "tree-音乐-新.txt", "tree-__-x.txt"]
    );
}

#[test]
fn trees_share_the_secrets_that_a_worker_has_and_the_rest_goes_to_kv() {
    // About 26 secrets each, which can't be compressed.
    let line = |n: u64| format!("{:016x}{:016x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15), n * n);
    let text = (0..5_000).flat_map(|n| ["https://h/".to_owned(), line(n), "\n".to_owned()]);
    let text = text.collect::<String>();
    let mut import = Import::default();
    for path in ["/a", "/b", "/c"] {
        let secret = format!("TREE_{}", path.trim_matches('/').to_uppercase());
        import.mounts.push(mount(path));
        import.trees.push(TreeText { mount: path.to_owned(), secret, text: text.clone() });
    }
    let files = files(import).unwrap();
    let text_of =
        |name: &str| files.iter().find(|file| file.name == name).unwrap().text.expose().to_owned();
    let secrets: Map<String, Value> = serde_json::from_str(&text_of(SECRETS)).unwrap();
    assert!(secrets.len() + VARIABLES + SPARE <= MAX_SECRETS, "{}", secrets.len());
    let settings = text_of(SETTINGS);
    assert!(
        settings.contains("tree = \"TREE_A\"") && settings.contains("tree_kv = \"tree-c\""),
        "{settings}"
    );
    assert!(text_of(REPORT).contains("signpost pack --kv tree-c.txt --output tree-c.packed"));
}

#[test]
fn no_output_is_printed_by_mistake() {
    let mut import = Import::default();
    import.keep_secret("KEY".to_owned(), "k3yForTests");
    let printed = format!("{import:?} {:?}", files(Import::default()).unwrap());
    assert!(!printed.contains("k3yForTests"), "{printed}");
}
