use proptest::prelude::*;

use super::*;

#[test]
fn an_address_is_read_in_all_its_forms() {
    const KEY: &str = "VN6A-qP163";
    const CASES: &[(&str, Option<&str>)] = &[
        ("VN6A-qP163", None),
        (" VN6A-qP163\n", None),
        ("VN6A-qP163?pwd=aB3d", Some("aB3d")),
        ("https://www.123pan.com/s/VN6A-qP163", None),
        ("https://www.123pan.com/s/VN6A-qP163.html", None),
        ("https://www.123pan.com/s/VN6A-qP163/", None),
        ("http://WWW.123PAN.com/s/VN6A-qP163.html?pwd=aB3d", Some("aB3d")),
        ("www.123684.com/s/VN6A-qP163?pwd=aB3d#aB3d", Some("aB3d")),
        ("https://unknown.example:8443/s/VN6A-qP163?a=1&pwd=aB3d", Some("aB3d")),
        ("https://www.123pan.com/s/VN6A-qP163#aB3d", Some("aB3d")),
        ("https://www.123pan.com/s/VN6A-qP163#top", None),
        ("https://www.123pan.com/s/VN6A-qP163?提取码:aB3d", Some("aB3d")),
        ("https://www.123pan.com/s/VN6A-qP163?%E6%8F%90%E5%8F%96%E7%A0%81:aB3d", Some("aB3d")),
        ("https://www.123pan.com/s/VN6A-qP163.html提取码:aB3d", Some("aB3d")),
        ("https://1812345678.share.123pan.cn/123pan/VN6A-qP163?pwd=aB3d", Some("aB3d")),
        ("https://1812345678.mshare.123pan.cn/123pan/VN6A-qP163", None),
        ("链接：https://www.123pan.com/s/VN6A-qP163 提取码: aB3d", Some("aB3d")),
        ("链接:https://www.123pan.com/s/VN6A-qP163\n提取码：aB3d\n复制", Some("aB3d")),
        ("提取码=aB3d 链接 https://www.123pan.com/s/VN6A-qP163", Some("aB3d")),
        ("链接：VN6A-qP163 提取码：aB3d", Some("aB3d")),
        ("https://www.123pan.com/s/VN6A-qP163 提取码：", None),
        ("链接：https://www.123pan.com/s/VN6A-qP163\n提取码：点赞投币", Some("点赞投币")),
        ("https://www.123pan.com/s/VN6A-qP163 提取码：点赞投币 复制这段话", Some("点赞投币")),
        ("https://www.123pan.com/s/VN6A-qP163.html提取码:点赞2024！", Some("点赞2024")),
        ("https://www.123pan.com/s/VN6A-qP163?pwd=点赞投币", Some("点赞投币")),
        (
            "https://www.123pan.com/s/VN6A-qP163?pwd=%E7%82%B9%E8%B5%9E%E6%8A%95%E5%B8%81#top",
            Some("点赞投币"),
        ),
        ("https://www.123pan.com/s/VN6A-qP163?pwd=ключ&a=b", Some("ключ")),
        ("https://www.123pan.com/s/VN6A-qP163 提取码：aB3d复制这段话", Some("aB3d")),
        ("https://www.123pan.com/s/VN6A-qP163?pwd=aB3d提取码：aB3d", Some("aB3d")),
        ("https://www.123pan.com/s/VN6A-qP163#点赞投币", None),
    ];
    for (text, password) in CASES {
        let share = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!((&*share.key, share.password.as_deref()), (KEY, *password), "{text}");
    }
}

#[test]
fn what_is_no_share_says_how_to_correct_it() {
    for text in [
        "",
        "VN6A",
        "VN6A-",
        "-qP163",
        "VN6A-qP-163",
        "https://www.123pan.com/",
        "https://www.123pan.com/s/",
        "https://www.123pan.com/s/VN6A",
        "https://www.123pan.com/s/VN6A-qP163/more",
        "https://www.123pan.com/s/VN6A-qP163.htm",
        "https://www.123pan.com/?to=/s/VN6A-qP163",
        "/s/VN6A-qP163",
        "see VN6A-qP163",
    ] {
        assert_eq!(parse(text), Err(ShareKeyError::NoKey), "{text}");
    }
    assert_eq!(parse("https://www.123pan.com/ps/VN6A-qP163"), Err(ShareKeyError::Paid));
    assert_eq!(
        ShareKeyError::NoKey.to_string(),
        "no share in it; write its address as https://www.123pan.com/s/KEY?pwd=XXXX, or its key \
         alone, as VN6A-qP163"
    );
    assert!(ShareKeyError::Paid.to_string().starts_with("an address with /ps/ is paid content"));
}

#[test]
fn an_address_does_not_print() {
    assert_eq!(format!("{:?}", parse("VN6A-qP163").unwrap()), "ShareAddress(***)");
}

proptest! {
    #[test]
    fn any_text_is_parsed_without_panic(text in "[a-zA-Z0-9/:.?#=%-]{0,60}|.{0,60}") {
        let _ = parse(&text);
    }
}
