using Ingot.Errors;
using Ingot.Service.Hosting;
using Ingot.Text;

namespace Ingot.Service.Tokens;

/// <summary>Turns text into a model's tokens and back, as the model itself would. Thread-safe.</summary>
/// <param name="models">Where models come from.</param>
public sealed class TokenService(ModelHost models)
{
    /// <summary>Turns text into tokens.</summary>
    /// <param name="model">The model's alias, name or id; loaded if need be.</param>
    /// <param name="text">Any text.</param>
    /// <param name="addSpecialTokens">Whether to add what begins and ends a sequence.</param>
    /// <param name="parseSpecial">Whether the text of a special token becomes that token; false treats it as any text, as chat does with messages.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IngotException">Unknown or unloadable model.</exception>
    public async Task<TextTokens> TokenizeAsync(
        string model, string text, bool addSpecialTokens, bool parseSpecial, CancellationToken cancellationToken = default)
    {
        using var lease = await models.AcquireAsync(model, cancellationToken);
        IReadOnlyList<TextSpan> untrusted = parseSpecial || text.Length == 0 ? [] : [new TextSpan(0, text.Length)];
        return new TextTokens(lease.Model.Tokenizer.Encode(new PromptText(text, untrusted), addSpecialTokens), lease.Model.ContextLength);
    }

    /// <summary>Turns tokens into text.</summary>
    /// <param name="model">The model's alias, name or id; loaded if need be.</param>
    /// <param name="tokens">Token ids of the model.</param>
    /// <param name="skipSpecialTokens">Whether special tokens are left out.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The text; U+FFFD for bytes that are no whole character.</returns>
    /// <exception cref="IngotException">Unknown or unloadable model; <see cref="ErrorCode.InvalidValue"/>: an id the tokenizer does not have.</exception>
    public async Task<string> DetokenizeAsync(
        string model, IReadOnlyList<int> tokens, bool skipSpecialTokens, CancellationToken cancellationToken = default)
    {
        using var lease = await models.AcquireAsync(model, cancellationToken);
        var tokenizer = lease.Model.Tokenizer;
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i] < 0 || tokens[i] >= tokenizer.VocabularySize)
            {
                throw new IngotException(ErrorCode.InvalidValue,
                    $"'tokens[{i}]' is {tokens[i]}, but the model's ids are 0 to {tokenizer.VocabularySize - 1}.", $"tokens[{i}]");
            }
        }

        return tokenizer.Decode(tokens, skipSpecialTokens);
    }
}

/// <summary>A text's tokens.</summary>
/// <param name="Ids">The token ids, in order.</param>
/// <param name="ContextLength">The most tokens the model takes, prompt and answer together.</param>
public sealed record TextTokens(IReadOnlyList<int> Ids, int ContextLength);
