using System.Globalization;

namespace Branchline.Merchant.Demo.Telling;

/// <summary>EAN-13 numbers of the range that is free for use inside a shop (20 to 29): none belongs to a real article.</summary>
internal static class Barcode
{
    public static string Of(int category, int number)
    {
        var digits = string.Create(CultureInfo.InvariantCulture, $"20{category:00}1000{number:0000}");
        return digits + CheckDigit(digits);
    }

    /// <summary>Weights 1 and 3 in turn from the left; the digit fills up to the next ten.</summary>
    public static int CheckDigit(string digits)
    {
        var sum = digits.Select((digit, index) => (digit - '0') * (index % 2 == 0 ? 1 : 3)).Sum();
        return (10 - sum % 10) % 10;
    }
}
