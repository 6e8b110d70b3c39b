namespace Ingot.Text.Constraints.Notations;

/// <summary>The terminals that Lark grammars import from <c>common</c>, as patterns.</summary>
internal static class LarkCommon
{
    private const string Integer = "[0-9]+";
    private const string Decimal = @"([0-9]+\.[0-9]*|\.[0-9]+)";
    private const string Exponent = "[eE][+-]?[0-9]+";
    private const string Float = $"({Integer}{Exponent}|{Decimal}({Exponent})?)";

    public static IReadOnlyDictionary<string, string> Patterns { get; } = new Dictionary<string, string>
    {
        ["DIGIT"] = "[0-9]",
        ["HEXDIGIT"] = "[0-9a-fA-F]",
        ["INT"] = Integer,
        ["SIGNED_INT"] = $"[+-]?{Integer}",
        ["DECIMAL"] = Decimal,
        ["FLOAT"] = Float,
        ["SIGNED_FLOAT"] = $"[+-]?{Float}",
        ["NUMBER"] = $"({Float}|{Integer})",
        ["SIGNED_NUMBER"] = $"[+-]?({Float}|{Integer})",
        ["ESCAPED_STRING"] = """
            "([^"\\\n]|\\[^\n])*"
            """,
        ["LCASE_LETTER"] = "[a-z]",
        ["UCASE_LETTER"] = "[A-Z]",
        ["LETTER"] = "[a-zA-Z]",
        ["WORD"] = "[a-zA-Z]+",
        ["CNAME"] = "[a-zA-Z_][a-zA-Z0-9_]*",
        ["WS_INLINE"] = @"[ \t]+",
        ["WS"] = @"[ \t\f\r\n]+",
        ["CR"] = @"\r",
        ["LF"] = @"\n",
        ["NEWLINE"] = @"(\r?\n)+",
    };
}
