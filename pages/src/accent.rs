//! The owner's accent colour, adjusted to be readable: the colour of links and buttons on light and on dark
//! backgrounds.

use std::fmt;

/// An sRGB colour: red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Colour([u8; 3]);

/// The darkest background of links in the light theme, and the lightest in the dark theme: `--picked` of
/// style.css.
const LIGHT: Colour = Colour([0xe5, 0xee, 0xfb]);
const DARK: Colour = Colour([0x1d, 0x2f, 0x49]);
/// The minimum contrast ratio of text (WCAG 2.2, 1.4.3).
const ENOUGH: f64 = 4.5;

impl Colour {
    /// Parses an accent colour of the form `#rrggbb`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        // `from_str_radix` would take a sign for part of the number.
        let digits =
            Some(digits).filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        let number = u32::from_str_radix(digits, 16).ok()?;
        let [_, red, green, blue] = number.to_be_bytes();
        Some(Self([red, green, blue]))
    }

    /// The colour, darkened until it is readable on a light background.
    pub fn on_light(self) -> Self {
        self.until_readable(LIGHT, 0)
    }

    /// The colour, lightened until it is readable on a dark background.
    pub fn on_dark(self) -> Self {
        self.until_readable(DARK, 255)
    }

    /// The colour mixed with as little of the grey level `end` as makes it readable on `ground`, in steps
    /// too small to see.
    fn until_readable(self, ground: Self, end: u8) -> Self {
        const STEPS: u16 = 64;
        let mixed = |step: u16| {
            Self(self.0.map(|part| {
                let sum = u16::from(part) * (STEPS - step) + u16::from(end) * step;
                u8::try_from(sum / STEPS).unwrap_or(end)
            }))
        };
        (0..=STEPS)
            .map(mixed)
            .find(|colour| colour.contrast(ground) >= ENOUGH)
            .unwrap_or(Self([end; 3]))
    }

    /// The contrast ratio of two colours, as WCAG defines it.
    fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance() + 0.05, other.luminance() + 0.05);
        one.max(two) / one.min(two)
    }

    /// The relative luminance, as WCAG defines it.
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(out, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_computed_as_wcag_defines_it() {
        let (black, white) = (Colour([0; 3]), Colour([255; 3]));
        assert!((black.contrast(white) - 21.0).abs() < 0.001);
        assert!((Colour([0x76; 3]).contrast(white) - 4.54).abs() < 0.01);
    }

    #[test]
    fn any_colour_becomes_readable_on_both_backgrounds() {
        for accent in
            ["#000000", "#ffffff", "#ffff00", "#00ff00", "#0000ff", "#7f7f7f", "#0b57b0", "#e60073"]
        {
            let colour = Colour::parse(accent).unwrap();
            assert!(colour.on_light().contrast(LIGHT) >= ENOUGH, "{accent}");
            assert!(colour.on_dark().contrast(DARK) >= ENOUGH, "{accent}");
        }
    }

    #[test]
    fn a_readable_colour_is_unchanged() {
        assert_eq!(Colour::parse("#0b57b0").unwrap().on_light().to_string(), "#0b57b0");
        assert_eq!(Colour::parse("#8ab6f5").unwrap().on_dark().to_string(), "#8ab6f5");
        for wrong in ["", "#", "0b57b0", "#0b57b", "#0b57b00", "#+b57b0", "#中中"] {
            assert_eq!(Colour::parse(wrong).map(|colour| colour.to_string()), None, "{wrong}");
        }
    }

    #[test]
    fn the_backgrounds_are_those_of_the_style_sheet() {
        let style = include_str!("../assets/style.css");
        assert_eq!(style.matches("--picked:").count(), 1);
        assert!(style.contains(&format!("--picked: light-dark({LIGHT}, {DARK});")));
    }
}
