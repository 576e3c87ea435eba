//! A number times a fraction, without rounding.

use std::fmt;

/// Writes `raw` times `numerator / denominator`, neither of them 0: in decimals if they end, as a reduced fraction
/// if they do not.
pub(super) fn write_scaled(
    f: &mut fmt::Formatter<'_>,
    raw: i128,
    [numerator, denominator]: [u32; 2],
) -> fmt::Result {
    // Below 2^64 x 2^32.
    let product = raw * i128::from(numerator);
    let common = common_divisor(product.unsigned_abs(), denominator.into());
    let (whole, parts) = (product.unsigned_abs() / common, u128::from(denominator) / common);
    f.write_str(if product < 0 { "-" } else { "" })?;
    if !ends_in_decimals(parts) {
        return write!(f, "{whole}/{parts}");
    }
    write!(f, "{}", whole / parts)?;
    let mut rest = whole % parts;
    f.write_str(if rest == 0 { "" } else { "." })?;
    while rest != 0 {
        rest *= 10;
        write!(f, "{}", rest / parts)?;
        rest %= parts;
    }
    Ok(())
}

/// Returns the greatest number that divides both; `right` is not 0.
const fn common_divisor(left: u128, right: u128) -> u128 {
    let (mut left, mut right) = (left, right);
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left
}

/// Returns whether 1 / `parts` has finitely many decimals: no prime but 2 and 5 divides it.
const fn ends_in_decimals(parts: u128) -> bool {
    let mut parts = parts;
    while parts.is_multiple_of(2) {
        parts /= 2;
    }
    while parts.is_multiple_of(5) {
        parts /= 5;
    }
    parts == 1
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use super::write_scaled;

    struct Scaled(i128, [u32; 2]);

    impl fmt::Display for Scaled {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write_scaled(f, self.0, self.1)
        }
    }

    #[test]
    fn a_scaled_number_is_exact() {
        let shown = |raw: i128, scale| Scaled(raw, scale).to_string();
        assert_eq!(shown(900, [1, 1000]), "0.9");
        assert_eq!(shown(-1, [1, 1000]), "-0.001");
        assert_eq!(shown(0, [1, 1000]), "0");
        assert_eq!(shown(3000, [1, 1000]), "3");
        assert_eq!(shown(u64::MAX.into(), [1, 10]), "1844674407370955161.5");
        assert_eq!(shown(u64::MAX.into(), [u32::MAX, 1]), "79228162495817593515539431425");
        assert_eq!(shown(i64::MIN.into(), [1, 1 << 31]), "-4294967296");
        assert_eq!(shown(1, [1, 1 << 31]), "0.0000000004656612873077392578125");
        assert_eq!(shown(900, [1, 7]), "900/7");
        assert_eq!(shown(14, [3, 21]), "2");
    }
}
