using System.Collections.Frozen;
using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Constraints.RegularExpressions;

namespace Ingot.Text.Constraints.JsonSchema.Shapes;

/// <summary>The formats that are enforced; any other is a description.</summary>
internal static class TextFormats
{
    private const string Date =
        "(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
        + "|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)";

    // The leap second is the last of a day in UTC, whatever the offset makes of it; here it is told in UTC only.
    private const string Offset = "(?:[zZ]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])";
    private const string Fraction = @"(?:\.[0-9]{1,9})?";
    private const string Time = "(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]" + Fraction + Offset + "|23:59:60" + Fraction + "(?:[zZ]|[+-]00:00))";

    private const string Octet = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private const string Ipv4 = "(?:" + Octet + @"\.){3}" + Octet;
    private const string Group = "[0-9a-fA-F]{1,4}";
    private const string Last32 = "(?:" + Group + ":" + Group + "|" + Ipv4 + ")";
    private const string Ipv6 =
        "(?:(?:" + Group + ":){6}" + Last32
        + "|::(?:" + Group + ":){5}" + Last32
        + "|(?:" + Group + ")?::(?:" + Group + ":){4}" + Last32
        + "|(?:(?:" + Group + ":){0,1}" + Group + ")?::(?:" + Group + ":){3}" + Last32
        + "|(?:(?:" + Group + ":){0,2}" + Group + ")?::(?:" + Group + ":){2}" + Last32
        + "|(?:(?:" + Group + ":){0,3}" + Group + ")?::" + Group + ":" + Last32
        + "|(?:(?:" + Group + ":){0,4}" + Group + ")?::" + Last32
        + "|(?:(?:" + Group + ":){0,5}" + Group + ")?::" + Group
        + "|(?:(?:" + Group + ":){0,6}" + Group + ")?::)";

    // At most 253 characters: three labels of up to 63, or twelve of up to 20. Counting both at once would take long to compile.
    private const string Label = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
    private const string ShortLabel = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,18}[a-zA-Z0-9])?";
    private const string HostName = "(?:" + Label + @"(?:\." + Label + "){0,2}|" + ShortLabel + @"(?:\." + ShortLabel + "){0,11})";
    private const string Atom = "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+";
    private const string Email = Atom + @"(?:\." + Atom + ")*@(?:" + HostName + @"|\[" + Ipv4 + @"\])";

    private const string Encoded = "%[0-9a-fA-F]{2}";
    private const string PathCharacter = "(?:[a-zA-Z0-9._~!$&'()*+,;=:@-]|" + Encoded + ")";
    private const string User = "(?:(?:[a-zA-Z0-9._~!$&'()*+,;=:-]|" + Encoded + ")*@)?";
    private const string Authority = "//" + User + "(?:[a-zA-Z0-9._~!$&'()*+,;=-]|" + Encoded + @"|\[" + Ipv6 + @"\])*(?::[0-9]{0,5})?(?:/" + PathCharacter + "*)*";
    private const string Tail = @"(?:\?(?:" + PathCharacter + "|[/?])*)?(?:#(?:" + PathCharacter + "|[/?])*)?";
    private const string Absolute = "/(?:" + PathCharacter + "+(?:/" + PathCharacter + "*)*)?";
    private const string Rootless = PathCharacter + "+(?:/" + PathCharacter + "*)*";
    private const string Uri = "[a-zA-Z][a-zA-Z0-9+.-]*:(?:" + Authority + "|" + Absolute + "|" + Rootless + ")?" + Tail;
    private const string NoScheme = "(?:[a-zA-Z0-9._~!$&'()*+,;=@-]|" + Encoded + ")+(?:/" + PathCharacter + "*)*";
    private const string UriReference = "(?:" + Uri + "|(?:" + Authority + "|" + Absolute + "|" + NoScheme + ")?" + Tail + ")";

    private const string DurationTime = "T(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S)";
    private const string DurationDate = "(?:[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)";
    private const string Duration = "P(?:" + DurationDate + "(?:" + DurationTime + ")?|" + DurationTime + "|[0-9]+W)";

    private static readonly FrozenDictionary<string, Lazy<GrammarNode>> Forms = new Dictionary<string, Lazy<GrammarNode>>
    {
        ["date"] = Form(Date),
        ["time"] = Form(Time),
        ["date-time"] = Form(Date + "[tT]" + Time),
        ["duration"] = Form(Duration),
        ["uuid"] = Form("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
        ["email"] = Form(Email),
        ["ipv4"] = Form(Ipv4),
        ["ipv6"] = Form(Ipv6),
        ["hostname"] = Form(HostName),
        ["uri"] = Form(Uri),
        ["uri-reference"] = Form(UriReference),
        ["json-pointer"] = Form("(?:/(?:[^/~]|~[01])*)*"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The texts of a format; null for one that only describes.</summary>
    public static GrammarNode? Find(string format) => Forms.TryGetValue(format, out var form) ? form.Value : null;

    private static Lazy<GrammarNode> Form(string pattern) => new(() => RegularExpression.Parse(pattern, PatternScope.Whole));
}
