using System.Globalization;
using System.Text;
using Branchline.Protocol;
using Branchline.Protocol.Checks;
using Branchline.Protocol.Schema;
using FsCheck;
using FsCheck.Fluent;

namespace Branchline.Tests.Schema;

public sealed class FieldChecksTests
{
    private const string Id = "0193f0a1-0000-7000-8000-000000000a01";

    private static readonly FieldSchema[] Fields =
    [
        .. from type in Enum.GetValues<FieldType>()
           select new FieldSchema
           {
               Name = "field", Label = "Field", Type = type, Max = type is FieldType.Text or FieldType.File ? 20 : null,
               Scale = 3, Values = ["paid", "2026-11-21"], Table = "products",
           },
    ];

    [Fact]
    public void A_value_brought_to_the_form_of_the_wire_stays_as_it_is() => Prop
        .ForAll(Gen.Elements(Fields).ToArbitrary(), Values().ToArbitrary(), (field, value) =>
        {
            if (FieldChecks.Check("things", field, value, out var normal) is not null)
            {
                return true;
            }

            return FieldChecks.Check("things", field, normal, out var again) is null && again == normal
                && again.ToString() == normal.ToString();
        })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    [Fact]
    public void A_moment_keeps_its_time_whatever_its_offset() => Prop
        .ForAll(
            Gen.Choose(0, int.MaxValue).ToArbitrary(), Gen.Choose(-14 * 60, 14 * 60).ToArbitrary(), Gen.Choose(0, 999).ToArbitrary(),
            (seconds, offset, milliseconds) =>
            {
                var moment = DateTimeOffset.UnixEpoch.AddSeconds(seconds).AddMilliseconds(milliseconds);
                var local = moment.ToOffset(TimeSpan.FromMinutes(offset)).ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);
                return Normal(FieldType.Timestamp, FieldValue.Of(local)) == FieldValue.Of(TimestampConverter.Format(moment));
            })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void A_text_within_its_length_comes_through_untouched() => Prop
        .ForAll(Gen.ListOf(Gen.OneOf(Gen.Choose(1, 0xD7FF), Gen.Choose(0xE000, 0x10FFFF)), 20).ToArbitrary(), characters =>
        {
            var text = string.Concat(characters.Select(character => new Rune(character).ToString()));
            return ReferenceEquals(Normal(FieldType.Text, FieldValue.Of(text))?.AsText, text);
        })
        .Check(Config.QuickThrowOnFailure);

    [Theory]
    [InlineData("2026-11-21T08:00:00.000Z", "2026-11-21T08:00:00.000Z")]
    [InlineData("2026-11-21T08:00:00Z", "2026-11-21T08:00:00.000Z")]
    [InlineData("2026-11-21T08:00Z", "2026-11-21T08:00:00.000Z")]
    [InlineData("2026-11-21t08:00:00z", "2026-11-21T08:00:00.000Z")]
    [InlineData("2026-11-21T08:00:00.1Z", "2026-11-21T08:00:00.100Z")]
    [InlineData("2026-11-21T08:00:00.1239999Z", "2026-11-21T08:00:00.123Z")]
    [InlineData("2026-11-21T08:00:00,5Z", "2026-11-21T08:00:00.500Z")]
    [InlineData("2026-11-21T10:00:00+02:00", "2026-11-21T08:00:00.000Z")]
    [InlineData("2026-11-21T10:00:00+0200", "2026-11-21T08:00:00.000Z")]
    [InlineData("2026-11-21T10:00:00+02", "2026-11-21T08:00:00.000Z")]
    [InlineData("2026-11-21T02:30:00-05:30", "2026-11-21T08:00:00.000Z")]
    [InlineData("2026-11-20T23:59:00.000-08:01", "2026-11-21T08:00:00.000Z")]
    [InlineData("2028-02-29T00:00:00.000Z", "2028-02-29T00:00:00.000Z")]
    [InlineData("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z")]
    public void A_time_with_an_offset_is_kept_in_utc_to_the_millisecond(string sent, string kept) =>
        Assert.Equal(FieldValue.Of(kept), Normal(FieldType.Timestamp, FieldValue.Of(sent)));

    [Theory]
    [InlineData("2026-11-21T08:00:00.000")]
    [InlineData("2026-11-21 08:00:00Z")]
    [InlineData("2026-11-21T8:00:00Z")]
    [InlineData("2026-11-21T24:00:00Z")]
    [InlineData("2026-11-21T08:60:00Z")]
    [InlineData("2026-11-21T08:00:60Z")]
    [InlineData("2026-11-21T08:00:00.Z")]
    [InlineData("2026-11-21T08:00:00.000Zulu")]
    [InlineData("2026-11-21T08:00:00+2")]
    [InlineData("2026-11-21T08:00:00+24:00")]
    [InlineData("2026-11-21T08:00:00+02.00")]
    [InlineData("2026-02-29T08:00:00Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    [InlineData("9999-12-31T23:59:59-01:00")]
    [InlineData("21.11.2026 08:00")]
    [InlineData("٢٠٢٦-11-21T08:00:00Z")]
    [InlineData("")]
    public void What_is_no_time_with_an_offset_is_refused(string sent) =>
        Assert.Equal(ErrorCodes.WrongType, CodeOf(FieldType.Timestamp, FieldValue.Of(sent)));

    [Theory]
    [InlineData("2026-11-21", null)]
    [InlineData("2028-02-29", null)]
    [InlineData("2026-02-29", ErrorCodes.WrongType)]
    [InlineData("2026-1-1", ErrorCodes.WrongType)]
    [InlineData("2026-11-21T00:00:00Z", ErrorCodes.WrongType)]
    [InlineData(" 2026-11-2", ErrorCodes.WrongType)]
    [InlineData("today", ErrorCodes.WrongType)]
    public void A_day_is_written_year_month_day(string sent, string? code) =>
        Assert.Equal(code, CodeOf(FieldType.Date, FieldValue.Of(sent)));

    [Theory]
    [InlineData("0193F0A1-0000-7000-8000-000000000A01", Id)]
    [InlineData("0193f0a1-0000-7000-8000-000000000A01", Id)]
    [InlineData(Id, Id)]
    public void An_id_is_kept_in_lower_case(string sent, string kept) =>
        Assert.Equal(FieldValue.Of(kept), Normal(FieldType.Ref, FieldValue.Of(sent)));

    [Theory]
    [InlineData("0193f0a1000070008000000000000a01")]
    [InlineData("{0193f0a1-0000-7000-8000-000000000a01}")]
    [InlineData(" 0193f0a1-0000-7000-8000-000000000a01")]
    [InlineData("0193f0a1-0000-7000-8000-000000000a0g")]
    [InlineData("0x93f0a1-0000-7000-8000-000000000a01")]
    [InlineData("+193f0a1-0000-7000-8000-000000000a01")]
    [InlineData("")]
    public void What_is_no_id_is_refused(string sent) => Assert.Equal(ErrorCodes.WrongType, CodeOf(FieldType.Ref, FieldValue.Of(sent)));

    [Fact]
    public void Whole_numbers_end_where_a_browser_no_longer_counts_by_one()
    {
        Assert.Null(CodeOf(FieldType.Integer, FieldValue.Of(9007199254740991)));
        Assert.Null(CodeOf(FieldType.Money, FieldValue.Of(-9007199254740991)));
        Assert.Null(CodeOf(FieldType.Money, FieldValue.Of(1250.0m)));
        Assert.Equal(ErrorCodes.WrongType, CodeOf(FieldType.Integer, FieldValue.Of(9007199254740992)));
        Assert.Equal(ErrorCodes.WrongType, CodeOf(FieldType.Money, FieldValue.Of(decimal.MaxValue)));
        Assert.Equal(ErrorCodes.WrongType, CodeOf(FieldType.Money, FieldValue.Of(12.5m)));
    }

    [Fact]
    public void A_decimal_has_no_more_digits_than_declared_and_no_zeros_at_its_end()
    {
        Assert.Equal("1.5", Normal(FieldType.Decimal, FieldValue.Of(1.500m))?.ToString());
        Assert.Equal(FieldValue.Of(2), Normal(FieldType.Decimal, FieldValue.Of(2.0000m)));
        var field = new FieldSchema { Name = "weight", Label = "Weight", Type = FieldType.Decimal, Scale = 3 };
        var error = FieldChecks.Check("products", field, FieldValue.Of(0.1234m), out _);
        Assert.Equal(
            new CheckError(
                ErrorCodes.OutOfRange, "products.weight has more than 3 digits after the point", "products", "weight", "Round it to 3 digits"),
            error);
    }

    // An attribute cannot carry half a character, so these are no inline data.
    [Fact]
    public void A_text_with_a_nul_or_half_a_character_is_refused()
    {
        foreach (var text in (string[])["Rice\0", "\ud83c", "\udf5a\ud83c", "\ud83c\udf5a\udf5a", "\ud83c\ud83c\udf5a"])
        {
            Assert.Equal(ErrorCodes.WrongType, CodeOf(FieldType.Text, FieldValue.Of(text)));
            Assert.Equal(ErrorCodes.WrongType, CodeOf(FieldType.Json, FieldValue.Of(text)));
        }
    }

    [Fact]
    public void Brackets_inside_strings_are_no_depth()
    {
        var brackets = new string('[', 100);
        Assert.Null(CodeOf(FieldType.Json, FieldValue.OfJson($$"""{"a":"{{brackets}}\"{{brackets}}"}""")));
        Assert.Null(CodeOf(FieldType.Json, FieldValue.OfJson(new string('[', 64) + new string(']', 64))));
        Assert.Equal(ErrorCodes.OutOfRange, CodeOf(FieldType.Json, FieldValue.OfJson(new string('[', 65) + new string(']', 65))));
    }

    [Fact]
    public void A_refusal_shows_no_more_than_the_beginning_of_a_long_value()
    {
        var field = new FieldSchema { Name = "price", Label = "Price", Type = FieldType.Money };
        var error = FieldChecks.Check("products", field, FieldValue.Of(new string('x', 100_000)), out _)!;
        Assert.Equal($"products.price cannot be \"{new string('x', 40)}…\"", error.Reason);
    }

    private static FieldSchema Of(FieldType type) => Fields.Single(field => field.Type == type);

    private static string? CodeOf(FieldType type, FieldValue value) => FieldChecks.Check("things", Of(type), value, out _)?.Code;

    private static FieldValue? Normal(FieldType type, FieldValue value) =>
        FieldChecks.Check("things", Of(type), value, out var normal) is null ? normal : null;

    // Values of every form, often close to what a field wants.
    private static Gen<FieldValue> Values() => Gen.OneOf(
        ArbMap.Default.GeneratorFor<string>().Select(FieldValue.Of),
        ArbMap.Default.GeneratorFor<long>().Select(FieldValue.Of),
        ArbMap.Default.GeneratorFor<decimal>().Select(FieldValue.Of),
        Gen.Choose(-100_000, 100_000).Select(number => FieldValue.Of(number / 100m)),
        ArbMap.Default.GeneratorFor<bool>().Select(FieldValue.Of),
        ArbMap.Default.GeneratorFor<Guid>().Select(id => FieldValue.Of(id.ToString().ToUpperInvariant())),
        ArbMap.Default.GeneratorFor<DateTimeOffset>().Select(time => FieldValue.Of(time.ToString("o", CultureInfo.InvariantCulture))),
        ArbMap.Default.GeneratorFor<DateTime>().Select(time => FieldValue.Of(time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))),
        Gen.Elements(FieldValue.Null, FieldValue.Of("paid"), FieldValue.OfJson("[1,{\"a\":null}]")));
}
