using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Ingot.Service.Chat.Calls;

/// <summary>Writes calls as a format has them, for prompts of models whose template does not.</summary>
internal static class CallWriter
{
    /// <summary>Calls as a model would write them.</summary>
    /// <param name="format">How.</param>
    /// <param name="calls">The calls, at least one.</param>
    public static string Write(CallFormat format, IReadOnlyList<TurnToolCall> calls)
    {
        var text = new StringBuilder();
        var (between, separator) = format.Separator is { } within ? ("", within) : (format.Between, null);
        foreach (var (index, call) in calls.Index())
        {
            if (index == 0 || separator is null)
                Append(text.Append(index == 0 ? "" : between), format, format.Open, call, index);
            Append(text.Append(index == 0 ? "" : separator), format, format.Call, call, index);
            if (index == calls.Count - 1 || separator is null)
                Append(text, format, format.Close, call, index);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, CallFormat format, string pattern, TurnToolCall call, int index)
    {
        foreach (var piece in CallPiece.Parse(pattern))
        {
            text.Append(piece switch
            {
                CallPiece.Text same => same.Content,
                CallPiece.Name => call.Name,
                CallPiece.Arguments => format.Parameter is { } parameter ? Parameters(parameter, call.Arguments) : call.Arguments,
                CallPiece.Number => index.ToString(CultureInfo.InvariantCulture),
                _ => "",
            });
        }
    }

    private static string Parameters(string pattern, string arguments)
    {
        if (!CallText.IsObject(arguments))
            return arguments;
        var text = new StringBuilder();
        foreach (var member in JsonElement.Parse(arguments).EnumerateObject())
        {
            foreach (var piece in CallPiece.Parse(pattern))
            {
                text.Append(piece switch
                {
                    CallPiece.Text same => same.Content,
                    CallPiece.Key => member.Name,
                    CallPiece.Value => JsonValue.Text(member.Value),
                    _ => "",
                });
            }
        }

        return text.ToString();
    }
}
