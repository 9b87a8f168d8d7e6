use std::collections::BTreeSet;

use super::*;

/// The placeholders (`{…}`) of a text.
fn holes(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect()
}

/// All texts of a language except those of failures, taken from the `Debug` output.
fn texts(messages: &Messages) -> Vec<String> {
    let printed = format!("{messages:?}");
    printed.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_language_has_the_same_messages_with_the_same_placeholders() {
    let english = texts(&en::MESSAGES);
    for language in [Language::Simplified, Language::Traditional] {
        let messages = texts(Messages::of(language));
        assert_eq!(messages.len(), english.len(), "{language:?}");
        for (text, english) in messages.iter().zip(&english) {
            assert!(!text.is_empty() && text != english || english.contains(", "), "{text:?}");
            assert_eq!(holes(text), holes(english), "{text:?} and {english:?}");
        }
    }
}

#[test]
fn traditional_chinese_has_no_simplified_character() {
    // Simplified characters of our messages that differ from the traditional ones.
    const SIMPLIFIED: &str = "这个语简体无开关闭请试间说账号设载过软够连码节种时结权将给门问题员听见进来为书车长东龙云网页链额实显测应该响须择单击颜换复图标签视频档择级处发现错误输";
    for character in texts(&zh_hant::MESSAGES).concat().chars() {
        assert!(!SIMPLIFIED.contains(character), "{character}");
    }
}
