using Ingot.Text;
using Ingot.Text.Tokenizers;

namespace Ingot.Service.Completions;

/// <summary>The tokens by which a model is told to fill a gap: what is before it, what is after it, and go.</summary>
/// <param name="Before">Opens the text before the gap.</param>
/// <param name="After">Opens the text after the gap.</param>
/// <param name="Gap">Asks for what is in between.</param>
internal sealed record FillInTheMiddle(string Before, string After, string Gap)
{
    // Tokenizers do not name these tokens; the families that have them are few and spell them so.
    private static readonly FillInTheMiddle[] Families =
    [
        new("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"),
        new("<fim_prefix>", "<fim_suffix>", "<fim_middle>"),
        new("<fim-prefix>", "<fim-suffix>", "<fim-middle>"),
        new("<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"),
        new("▁<PRE>", "▁<SUF>", "▁<MID>"),
    ];

    /// <summary>The tokens a tokenizer has; null when it has none that are known.</summary>
    internal static FillInTheMiddle? Of(Tokenizer tokenizer) =>
        Families.FirstOrDefault(family => IsToken(family.Before, tokenizer) && IsToken(family.After, tokenizer) && IsToken(family.Gap, tokenizer));

    /// <summary>The prompt that asks to fill the gap. The caller's texts stay text whatever they hold.</summary>
    internal PromptText Render(string before, string after)
    {
        TextSpan[] spans = [new(Before.Length, before.Length), new(Before.Length + before.Length + After.Length, after.Length)];
        return new PromptText($"{Before}{before}{After}{after}{Gap}", [.. spans.Where(span => span.Length > 0)]);
    }

    private static bool IsToken(string text, Tokenizer tokenizer) =>
        tokenizer.FindToken(text) is { } id && tokenizer.Encode(text, addSpecialTokens: false) is [var only] && only == id;
}
