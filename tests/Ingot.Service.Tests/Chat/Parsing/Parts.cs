using Ingot.Service.Chat.Parsing;

namespace Ingot.Service.Tests.Chat.Parsing;

/// <summary>Writes parts of an output in one line, neighbours of one kind joined.</summary>
internal static class Parts
{
    internal static string Show(IEnumerable<OutputPart> parts)
    {
        var shown = new List<string>();
        foreach (var part in parts)
        {
            var (kind, text) = part switch
            {
                OutputPart.Text value => ("T:", value.Value),
                OutputPart.Reasoning value => ("R:", value.Value),
                OutputPart.Call call => ("C:", $"{call.Name}({call.Arguments})"),
                OutputPart.CallStart start => ("C:", $"{start.Name}()"),
                OutputPart.CallArguments => ("A:", ""),
                _ => ("?", ""),
            };
            if (part is OutputPart.CallArguments more)
                shown[^1] = $"{shown[^1][..^1]}{more.Value})";
            else if (kind != "C:" && shown.Count > 0 && shown[^1].StartsWith(kind, StringComparison.Ordinal))
                shown[^1] += text;
            else
                shown.Add(kind + text);
        }

        return string.Join('|', shown);
    }
}
