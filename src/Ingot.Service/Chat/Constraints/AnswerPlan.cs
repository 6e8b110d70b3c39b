using System.Security.Cryptography;
using System.Text;
using Ingot.Errors;
using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Constraints.JsonSchema;
using Ingot.Text.Constraints.Notations;

namespace Ingot.Service.Chat.Constraints;

/// <summary>What an answer is held to, before the model is known.</summary>
/// <param name="Format">The form of its text; null for free text.</param>
/// <param name="Calls">The functions it may call; none for no call.</param>
/// <param name="Key">Equal for turns that ask for the same.</param>
internal sealed record AnswerPlan(Grammar? Format, IReadOnlyList<CallForm> Calls, string Key)
{
    /// <summary>Reads what a turn asks for; null where the model is as free as it can be.</summary>
    /// <exception cref="IngotException">A schema or grammar is wrong, too large, or cannot be enforced.</exception>
    public static AnswerPlan? Of(ChatTurn turn)
    {
        var isFree = turn.ResponseFormat.Kind == ChatResponseFormatKind.Text && turn.Tools.Count == 0;
        return isFree ? null : new AnswerPlan(Compile(turn.ResponseFormat), AnswerCalls.Compile(turn), KeyOf(turn));
    }

    /// <summary>The same with any object for the arguments of functions that are not strict.</summary>
    public AnswerPlan Loosened() => this with { Calls = [.. Calls.Select(call => call.IsStrict ? call : call with { Arguments = JsonSchemaGrammar.AnyObject() })] };

    private static Grammar? Compile(ChatResponseFormat format)
    {
        try
        {
            return format.Kind switch
            {
                ChatResponseFormatKind.JsonObject => JsonSchemaGrammar.AnyObject(),
                ChatResponseFormatKind.JsonSchema => JsonSchemaGrammar.Compile(format.Schema!.Value),
                ChatResponseFormatKind.LarkGrammar => LarkGrammar.Parse(format.Grammar!, format.Field, schema => JsonSchemaGrammar.Compile(schema)),
                _ => null,
            };
        }
        catch (IngotException refusal)
        {
            throw new IngotException(refusal.Code, $"Invalid value for '{format.Field}': {refusal.Message}", format.Field, refusal);
        }
    }

    private static string KeyOf(ChatTurn turn)
    {
        var text = new StringBuilder();
        void Add(string? part) => text.Append(part?.Length ?? -1).Append(':').Append(part);
        Add($"{turn.ResponseFormat.Kind} {turn.ToolChoice.Kind} {turn.ParallelToolCalls} {turn.Tools.Count}");
        foreach (var tool in turn.Tools)
            Add(tool.Name);
        Add(turn.ResponseFormat.Schema?.GetRawText());
        Add(turn.ResponseFormat.Grammar);
        foreach (var tool in AnswerCalls.Callable(turn))
        {
            Add(tool.Name);
            Add(tool.Parameters?.GetRawText());
            Add(tool.IsStrict.ToString());
        }

        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
