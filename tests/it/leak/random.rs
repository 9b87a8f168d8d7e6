//! Random trees, rules and clients, held against a slow reference that is plain to see.

use proptest::prelude::*;
use serde_json::Value;
use signpost::site::Site;

use super::canaries::without_echo;
use super::spellings::{plain, spellings};
use super::world::{Access, Decision, Keys, Node, Rule, World, depth, is_within, size};
use crate::support::host::Host;
use crate::support::request::Req;

/// What follows the canary of a name: what paths are easily cut or changed at.
const FLAVOURS: [&str; 8] = ["", ";x", " %2f", "\u{e9}", "e\u{301}", "#?", "..", "😀&'"];

fn nodes(seeds: Vec<(usize, bool, usize)>) -> Vec<Node> {
    let root = Node { path: String::new(), name: String::new(), is_folder: true, id: 0 };
    let mut nodes = vec![root];
    for (index, (parent, is_folder, flavour)) in seeds.into_iter().enumerate() {
        let folders =
            nodes.iter().filter(|node| node.is_folder && depth(&node.path) < 4).collect::<Vec<_>>();
        let above = folders[parent % folders.len()].path.clone();
        let id = index + 1;
        let name = format!("CAN{id:02}{}", FLAVOURS[flavour]);
        nodes.push(Node { path: format!("{above}/{name}"), name, is_folder, id });
    }
    nodes
}

type RuleSeed = (usize, usize, usize, usize, Vec<(usize, usize)>);

fn rules(seeds: Vec<RuleSeed>, nodes: &[Node]) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    for (place, access, password, listed, hide) in seeds {
        let path = nodes[place % nodes.len()].path.clone();
        if rules.iter().any(|rule| rule.path == path) {
            continue;
        }
        let access = [
            None,
            None,
            Some(Access::Public),
            Some(Access::Link),
            Some(Access::Deny),
            Some(Access::Password),
        ][access % 6];
        let password = [None, None, Some(0), Some(1)][password % 4]
            .or((access == Some(Access::Password)).then_some(0))
            // The two together are a configuration error.
            .filter(|_| access != Some(Access::Public));
        let hide = hide
            .into_iter()
            .map(|(strength, node)| (strength, nodes[node % nodes.len()].name.clone()));
        let hide =
            hide.filter(|(_, name)| !name.is_empty() && !name.contains('?')).collect::<Vec<_>>();
        let hide = (!hide.is_empty()).then_some(hide);
        rules.push(Rule {
            path,
            access,
            password,
            listed: [None, Some(true), Some(false)][listed % 3],
            hide,
        });
    }
    rules
}

fn world() -> impl Strategy<Value = World> {
    let node = (any::<usize>(), prop::bool::weighted(0.6), 0..FLAVOURS.len());
    let hide = prop::collection::vec((1..4_usize, any::<usize>()), 0..4);
    let rule = (any::<usize>(), 0..6_usize, 0..4_usize, 0..3_usize, hide);
    let keys = (
        0..6_usize,
        prop::collection::vec((any::<usize>(), 0..4_usize), 0..4),
        prop::option::weighted(0.4, any::<usize>()),
    );
    let seeds = (
        prop::collection::vec(node, 1..14),
        prop::collection::vec(rule, 0..7),
        keys,
        any::<usize>(),
    );
    seeds.prop_map(|(seeds, rule_seeds, (basic, cookies, share), spelling)| {
        let nodes = nodes(seeds);
        let rules = rules(rule_seeds, &nodes);
        let locks = rules
            .iter()
            .filter_map(|rule| Some((rule.path.clone(), rule.password?)))
            .collect::<Vec<_>>();
        let cookies = cookies.into_iter().filter(|_| !locks.is_empty()).map(|(which, wrong)| {
            let (scope, password) = locks[which % locks.len()].clone();
            (scope, if wrong == 0 { 1 - password } else { password })
        });
        let keys = Keys {
            basic: (basic < 2).then_some(basic),
            cookies: cookies.collect(),
            share: share.map(|node| nodes[node % nodes.len()].path.clone()),
        };
        World { nodes, rules, keys, spelling }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 320, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_sites_decide_as_the_reference_does(world in world()) {
        let (site, mut host) = (world.site(), Host::default());
        let ghosts = world.nodes.iter().map(|node| format!("{}/GHOST", node.path)).collect::<Vec<_>>();
        for path in world.nodes.iter().map(|node| &node.path).chain(&ghosts) {
            let node = world.nodes.iter().find(|node| node.path == *path);
            let decision = world.decide(path);
            for slash in [false, true] {
                let target = format!("{}{}", plain(path), if slash && !path.is_empty() { "/" } else { "" });
                let (status, text, req) = world.ask(&site, &mut host, &target);
                let want = match (&decision, node) {
                    (Decision::NotFound, _) | (_, None) if decision != Decision::Locked => 404,
                    (Decision::Locked, _) | (_, None) => 401,
                    (_, Some(node)) => match (node.is_folder, slash || path.is_empty()) {
                        (true, true) => 200,
                        (false, false) => 302,
                        _ => 308,
                    },
                };
                prop_assert_eq!(status, want, "{:?}: {:?} {:?}", path, decision, req);
                check(&world, &req, path, status, &text)?;
                if status == 200 {
                    listing(&world, &site, &mut host, path, &decision)?;
                    search(&world, &site, &mut host, path, &decision)?;
                }
            }
            let all = spellings(path);
            for step in 0..3 {
                let target = &all[(world.spelling.wrapping_add(step * 37)) % all.len()];
                let (status, text, req) = world.ask(&site, &mut host, target);
                check(&world, &req, path, status, &text)?;
            }
        }
    }
}

/// The page shows what the reference says, in both of its forms.
fn listing(
    world: &World,
    site: &Site,
    host: &mut Host,
    path: &str,
    decision: &Decision,
) -> Result<(), TestCaseError> {
    let Decision::Opens(key) = decision else { return Ok(()) };
    let target = format!("{}/?format=json", plain(path).trim_end_matches('/'));
    let (_, text, _) = world.ask(site, host, &target);
    let json: Value = serde_json::from_str(&text[text.find('{').unwrap()..]).unwrap();
    let entries = json["entries"].as_array().unwrap().iter();
    let mut got = entries
        .map(|entry| entry["name"].as_str().unwrap())
        .filter(|name| *name != "open.txt")
        .collect::<Vec<_>>();
    let children = world
        .nodes
        .iter()
        .filter(|node| depth(&node.path) == depth(path) + 1 && is_within(&node.path, path));
    let mut want = children
        .filter(|node| world.shows(&node.path, key.as_ref()))
        .map(|node| &*node.name)
        .collect::<Vec<_>>();
    got.sort_unstable();
    want.sort_unstable();
    prop_assert_eq!(got, want, "the page of {:?}", path);
    Ok(())
}

/// A search, at both of its addresses, finds what one finds by going from page to page.
fn search(
    world: &World,
    site: &Site,
    host: &mut Host,
    path: &str,
    decision: &Decision,
) -> Result<(), TestCaseError> {
    let Decision::Opens(key) = decision else { return Ok(()) };
    let mut want =
        world.walk(path, key.as_ref()).iter().map(|node| &*node.path).collect::<Vec<_>>();
    want.sort_unstable();
    let folder = plain(path);
    let own = format!("/-/api/search?q=cAN&limit=200&path={folder}/");
    for target in [format!("{folder}/?search=can&limit=200"), own] {
        let (status, text, req) = world.ask(site, host, &target);
        check(world, &req, path, status, &text)?;
        let json: Value = serde_json::from_str(&text[text.find('{').unwrap()..]).unwrap();
        let results = json["results"].as_array().unwrap();
        let mut got = results.iter().map(|row| row["path"].as_str().unwrap());
        let mut got = got.by_ref().map(|path| path.trim_end_matches('/')).collect::<Vec<_>>();
        got.sort_unstable();
        prop_assert_eq!(&got, &want, "{:?}", req);
        prop_assert_eq!((&json["more"], &json["partial"]), (&false.into(), &false.into()));
        for row in results {
            // A password that comes with every request opens what is locked as well.
            let opens = row["locked"].is_null();
            let (status, _, req) = world.follow(site, host, row["href"].as_str().unwrap());
            prop_assert!(!opens || matches!(status, 200 | 302), "{:?}", req);
        }
    }
    Ok(())
}

/// No canary of what does not open, asked for by itself, and no link but that of the file.
fn check(
    world: &World,
    req: &Req,
    path: &str,
    status: u16,
    text: &str,
) -> Result<(), TestCaseError> {
    let text = without_echo(text);
    if !["CAN", "TAIL", "777000"].iter().any(|marker| text.contains(marker)) {
        return Ok(());
    }
    for node in world.nodes.iter().skip(1) {
        let opens = matches!(world.decide(&node.path), Decision::Opens(_));
        let is_asked = node.path == path;
        if !opens || !is_asked || node.is_folder {
            prop_assert!(
                !text.contains(&format!("TAIL{:02}", node.id)),
                "{req:?} tells the link of {node:?}"
            );
        }
        if !opens {
            prop_assert!(
                !text.contains(&size(node.id).to_string()),
                "{req:?} tells the size of {node:?}"
            );
        }
        let above = node.path.rsplit_once('/').map_or("", |(above, _)| above);
        let key = match world.decide(above) {
            Decision::Opens(key) => Some(key),
            _ => None,
        };
        let is_shown = key.is_some_and(|key| world.shows(&node.path, key.as_ref()));
        let knew = is_within(path, &node.path) && matches!(status, 200 | 302 | 308);
        if !is_shown && !knew {
            prop_assert!(
                !text.contains(&format!("CAN{:02}", node.id)),
                "{req:?} tells the name of {node:?}: {text}"
            );
        }
    }
    Ok(())
}
