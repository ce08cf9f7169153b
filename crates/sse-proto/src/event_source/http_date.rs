//! Dates of header fields, RFC 9110 5.6.7.

use core::time::Duration;

/// The time since 1970 that an HTTP-date tells, in any of the three formats that a recipient must accept; zero if it lies
/// before.
///
/// A year of two digits is the last one of them with which the date is not more than 50 years after `now`.
pub(crate) fn parse(date: &[u8], now: Duration) -> Option<Duration> {
    let mut rest = date.trim_ascii();
    let name = word(&mut rest);
    let date = if DAYS.contains(&name) && rest.starts_with(b",") {
        imf_fixdate(rest)
    } else if DAYS.contains(&name) {
        asctime(rest)
    } else if LONG_DAYS.contains(&name) {
        rfc850(rest, now)
    } else {
        None
    };
    date?.since_1970()
}

const DAYS: [&[u8]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];
const LONG_DAYS: [&[u8]; 7] = [b"Monday", b"Tuesday", b"Wednesday", b"Thursday", b"Friday", b"Saturday", b"Sunday"];
const MONTHS: [(&[u8], u64); 12] = [
    (b"Jan", 31),
    (b"Feb", 29),
    (b"Mar", 31),
    (b"Apr", 30),
    (b"May", 31),
    (b"Jun", 30),
    (b"Jul", 31),
    (b"Aug", 31),
    (b"Sep", 30),
    (b"Oct", 31),
    (b"Nov", 30),
    (b"Dec", 31),
];

struct Date {
    year: u64,
    /// From 0.
    month: usize,
    /// From 1.
    day: u64,
    seconds: u64,
}

/// `, 06 Nov 1994 08:49:37 GMT`
fn imf_fixdate(mut rest: &[u8]) -> Option<Date> {
    let rest = &mut rest;
    literal(rest, b", ")?;
    let day = number(rest, 2)?;
    literal(rest, b" ")?;
    let month = month(rest)?;
    literal(rest, b" ")?;
    let year = number(rest, 4)?;
    literal(rest, b" ")?;
    let seconds = time_of_day(rest)?;
    literal(rest, b" GMT")?;
    rest.is_empty().then_some(Date { year, month, day, seconds })
}

/// `, 06-Nov-94 08:49:37 GMT`
fn rfc850(mut rest: &[u8], now: Duration) -> Option<Date> {
    let rest = &mut rest;
    literal(rest, b", ")?;
    let day = number(rest, 2)?;
    literal(rest, b"-")?;
    let month = month(rest)?;
    literal(rest, b"-")?;
    let digits = number(rest, 2)?;
    literal(rest, b" ")?;
    let seconds = time_of_day(rest)?;
    literal(rest, b" GMT")?;
    let mut date = Date { year: year_of(now) / 100 * 100 + digits, month, day, seconds };
    if date.in_year(date.year - 50) > now {
        date.year -= 100;
    } else if date.in_year(date.year + 50) <= now {
        date.year += 100;
    }
    rest.is_empty().then_some(date)
}

/// ` Nov  6 08:49:37 1994`
fn asctime(mut rest: &[u8]) -> Option<Date> {
    let rest = &mut rest;
    literal(rest, b" ")?;
    let month = month(rest)?;
    literal(rest, b" ")?;
    let day = if literal(rest, b" ").is_some() { number(rest, 1)? } else { number(rest, 2)? };
    literal(rest, b" ")?;
    let seconds = time_of_day(rest)?;
    literal(rest, b" ")?;
    let year = number(rest, 4)?;
    rest.is_empty().then_some(Date { year, month, day, seconds })
}

impl Date {
    fn since_1970(&self) -> Option<Duration> {
        let (_, days_of_month) = MONTHS[self.month];
        if self.day == 0 || self.day > days_of_month || (self.month == 1 && self.day == 29 && !is_leap(self.year)) {
            return None;
        }
        Some(self.in_year(self.year))
    }

    /// The time since 1970 of the same day and time of day of another year; zero if it lies before. 29 February is 1
    /// March where there is none.
    fn in_year(&self, year: u64) -> Duration {
        let Some(years) = year.checked_sub(1970) else { return Duration::ZERO };
        let leap_days = leap_years_before(year) - leap_years_before(1970);
        let mut days = years * 365 + leap_days + self.day.saturating_sub(1);
        for (month, (_, length)) in MONTHS.iter().enumerate().take(self.month) {
            days += if month == 1 && !is_leap(year) { 28 } else { *length };
        }
        Duration::from_secs(days * 86_400 + self.seconds)
    }
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// How many leap years lie before `year`, from the year 1 on.
fn leap_years_before(year: u64) -> u64 {
    let years = year - 1;
    years / 4 - years / 100 + years / 400
}

/// The year, near enough to tell a century by: the mean one has 365.2425 days.
fn year_of(time: Duration) -> u64 {
    1970 + time.as_secs() / 31_556_952
}

/// The letters that come next.
fn word<'a>(rest: &mut &'a [u8]) -> &'a [u8] {
    let len = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (word, after) = rest.split_at(len);
    *rest = after;
    word
}

fn literal(rest: &mut &[u8], text: &[u8]) -> Option<()> {
    *rest = rest.strip_prefix(text)?;
    Some(())
}

/// A number of exactly so many digits.
fn number(rest: &mut &[u8], digits: usize) -> Option<u64> {
    let (number, after) = rest.split_at_checked(digits)?;
    *rest = after;
    number.iter().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u64::from(digit - b'0')))
}

fn month(rest: &mut &[u8]) -> Option<usize> {
    let name = word(rest);
    MONTHS.iter().position(|(month, _)| *month == name)
}

/// `08:49:37`, in seconds. A leap second is the one before it once more.
fn time_of_day(rest: &mut &[u8]) -> Option<u64> {
    let hours = number(rest, 2)?;
    literal(rest, b":")?;
    let minutes = number(rest, 2)?;
    literal(rest, b":")?;
    let seconds = number(rest, 2)?;
    (hours < 24 && minutes < 60 && seconds <= 60).then(|| hours * 3600 + minutes * 60 + seconds.min(59))
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use core::time::Duration;

    use super::parse;

    const NOW: Duration = Duration::from_secs(1_732_180_000);

    fn seconds(date: &str) -> Option<u64> {
        parse(date.as_bytes(), NOW).map(|time| time.as_secs())
    }

    #[test]
    fn the_three_formats_of_the_standard() {
        for date in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            assert_eq!(seconds(date), Some(784_111_777), "{date}");
            assert_eq!(seconds(&format!(" {date}\t")), Some(784_111_777));
        }
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        for (date, expected) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Wed, 31 Dec 1969 23:59:59 GMT", 0),
            ("Tue, 29 Feb 2000 00:00:00 GMT", 951_782_400),
            ("Fri, 31 Dec 1999 23:59:60 GMT", 946_684_799),
            ("Mon, 01 Mar 2100 00:00:00 GMT", 4_107_542_400),
            ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799),
            ("Sat Nov 16 08:49:37 2024", 1_731_746_977),
        ] {
            assert_eq!(seconds(date), Some(expected), "{date}");
        }
    }

    #[test]
    fn a_year_of_two_digits_is_the_nearest() {
        for (year, expected) in [(24, 2024), (25, 2025), (74, 2074), (75, 1975), (99, 1999), (0, 2000)] {
            let short = seconds(&format!("Sunday, 06-Nov-{year:02} 08:49:37 GMT"));
            assert_eq!(short, seconds(&format!("Sun, 06 Nov {expected} 08:49:37 GMT")), "{year}");
            assert!(short.is_some());
        }
        let in_1999 = Duration::from_secs(930_000_000);
        assert_eq!(parse(b"Sunday, 06-Jan-49 00:00:00 GMT", in_1999), parse(b"Sun, 06 Jan 2049 00:00:00 GMT", NOW));
    }

    #[test]
    fn fifty_years_are_counted_to_the_second() {
        for (now, short, full) in [
            ("Thu, 21 Nov 2024 09:00:00 GMT", "21-Nov-74 09:00:00", "21 Nov 2074 09:00:00"),
            ("Thu, 21 Nov 2024 09:00:00 GMT", "21-Nov-74 09:00:01", "21 Nov 1974 09:00:01"),
            ("Thu, 21 Nov 2024 09:00:00 GMT", "31-Dec-74 00:00:00", "31 Dec 1974 00:00:00"),
            ("Thu, 21 Nov 2024 09:00:00 GMT", "01-Jan-75 00:00:00", "01 Jan 1975 00:00:00"),
            ("Sat, 15 Jan 2050 00:00:00 GMT", "06-Nov-00 00:00:00", "06 Nov 2000 00:00:00"),
            ("Sat, 15 Jan 2050 00:00:00 GMT", "15-Jan-00 00:00:00", "15 Jan 2100 00:00:00"),
            ("Sat, 15 Jan 2050 00:00:00 GMT", "15-Jan-00 00:00:01", "15 Jan 2000 00:00:01"),
            ("Fri, 31 Dec 1999 23:59:59 GMT", "31-Dec-49 23:59:59", "31 Dec 2049 23:59:59"),
            ("Sat, 01 Jan 2000 00:00:00 GMT", "01-Jan-50 00:00:00", "01 Jan 2050 00:00:00"),
            ("Sat, 01 Jan 2000 00:00:00 GMT", "31-Dec-99 23:59:59", "31 Dec 1999 23:59:59"),
            ("Fri, 28 Feb 2070 00:00:00 GMT", "29-Feb-20 00:00:00", "29 Feb 2020 00:00:00"),
            ("Sat, 01 Mar 2070 00:00:00 GMT", "29-Feb-20 00:00:00", "29 Feb 2120 00:00:00"),
            ("Thu, 01 Jan 1970 00:00:00 GMT", "01-Jan-20 00:00:00", "01 Jan 2020 00:00:00"),
        ] {
            let now = parse(now.as_bytes(), NOW).unwrap();
            let [short, full] = [format!("Monday, {short} GMT"), format!("Mon, {full} GMT")];
            assert_eq!(parse(short.as_bytes(), now), parse(full.as_bytes(), now), "{short}");
            assert!(parse(short.as_bytes(), now).is_some(), "{short}");
        }
    }

    #[test]
    fn nothing_else_is_a_date() {
        for date in [
            "",
            "Sun",
            "Sun,",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 06 Nov 1994 08:49:37 UTC",
            "Sun, 06 Nov 1994 08:49:37 GMT+1",
            "Sun, 6 Nov 1994 08:49:37 GMT",
            "Sun, 06 nov 1994 08:49:37 GMT",
            "sun, 06 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 94 08:49:37 GMT",
            "Sun, +6 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:00:00 GMT",
            "Sun, 06 Nov 1994 08:60:00 GMT",
            "Sun, 06 Nov 1994 08:49:61 GMT",
            "Sun, 00 Nov 1994 08:49:37 GMT",
            "Sun, 31 Nov 1994 08:49:37 GMT",
            "Sun, 29 Feb 2023 08:49:37 GMT",
            "Sun, 29 Feb 2100 08:49:37 GMT",
            "Sunday, 06 Nov 1994 08:49:37 GMT",
            "Sun, 06-Nov-94 08:49:37 GMT",
            "Sun Nov 6 08:49:37 1994",
            "Sun Nov 06 08:49:37 1994 GMT",
            "1994-11-06T08:49:37Z",
        ] {
            assert_eq!(seconds(date), None, "{date:?}");
        }
    }
}
