using System.Globalization;
using System.Text;

namespace Ingot.Text.Templates.Library;

/// <summary>C's <c>strftime</c> in English, on the local time.</summary>
internal static class TimeFormat
{
    public static string Format(string format, TimeProvider clock)
    {
        var now = clock.GetLocalNow();
        var result = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 >= format.Length)
            {
                result.Append(format[i]);
                continue;
            }

            i++;
            var isUnpadded = format[i] == '-' && i + 1 < format.Length;
            if (isUnpadded)
                i++;
            var field = Field(format[i], now);
            if (field is null)
                result.Append('%').Append(format[i]);
            else
                result.Append(isUnpadded && field.Length > 1 ? field.TrimStart('0', ' ').PadLeft(1, '0') : field);
        }

        return result.ToString();
    }

    private static string? Field(char code, DateTimeOffset now) => code switch
    {
        'Y' => Custom(now, "yyyy"),
        'y' => Custom(now, "yy"),
        'm' => Custom(now, "MM"),
        'd' => Custom(now, "dd"),
        'e' => Custom(now, "%d").PadLeft(2),
        'H' => Custom(now, "HH"),
        'I' => Custom(now, "hh"),
        'M' => Custom(now, "mm"),
        'S' => Custom(now, "ss"),
        'f' => Custom(now, "ffffff"),
        'p' => now.Hour < 12 ? "AM" : "PM",
        'A' => Custom(now, "dddd"),
        'a' => Custom(now, "ddd"),
        'B' => Custom(now, "MMMM"),
        'b' or 'h' => Custom(now, "MMM"),
        'j' => now.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
        'w' => ((int)now.DayOfWeek).ToString(CultureInfo.InvariantCulture),
        'u' => (((int)now.DayOfWeek + 6) % 7 + 1).ToString(CultureInfo.InvariantCulture),
        'D' => Custom(now, "MM/dd/yy"),
        'F' => Custom(now, "yyyy-MM-dd"),
        'T' or 'X' => Custom(now, "HH:mm:ss"),
        'R' => Custom(now, "HH:mm"),
        'x' => Custom(now, "MM/dd/yy"),
        'c' => Custom(now, "ddd MMM ") + Custom(now, "%d").PadLeft(2) + Custom(now, " HH:mm:ss yyyy"),
        's' => now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        'z' or 'Z' => "",
        'n' => "\n",
        't' => "\t",
        '%' => "%",
        _ => null,
    };

    private static string Custom(DateTimeOffset now, string format) => now.ToString(format, CultureInfo.InvariantCulture);
}
