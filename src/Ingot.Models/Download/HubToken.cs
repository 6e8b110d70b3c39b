using Ingot.Errors;

namespace Ingot.Models.Download;

/// <summary>An access token for the hub. It never shows itself in logs or messages.</summary>
public sealed class HubToken
{
    private const int MaxLength = 4096;

    /// <summary>Takes a token.</summary>
    /// <param name="value">The token; white space around it does not count.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.InvalidValue"/> for what cannot be one; the message does not repeat it.</exception>
    public HubToken(string value)
    {
        Value = value.Trim();
        if (Value.Length is 0 or > MaxLength || !Value.All(c => c is > ' ' and < '\u007f'))
            throw new IngotException(ErrorCode.InvalidValue, "The hub's access token is not one word of plain letters, digits and marks.");
    }

    /// <summary>The token itself.</summary>
    internal string Value { get; }

    /// <summary>
    /// The token Hugging Face's own programs would use: of the variables <c>HF_TOKEN</c> or <c>HUGGING_FACE_HUB_TOKEN</c>, else
    /// of the file that logging in leaves (<c>HF_TOKEN_PATH</c>, or <c>token</c> in <c>HF_HOME</c> or in <c>~/.cache/huggingface</c>).
    /// </summary>
    /// <param name="environment">The environment variables.</param>
    /// <param name="home">The user's home folder.</param>
    /// <returns>Null when there is none that can be read.</returns>
    public static HubToken? Find(IReadOnlyDictionary<string, string> environment, string home)
    {
        if ((Variable("HF_TOKEN") ?? Variable("HUGGING_FACE_HUB_TOKEN")) is { } named)
            return OrNull(named);
        var folder = Variable("HF_HOME") ?? Path.Combine(Variable("XDG_CACHE_HOME") ?? Path.Combine(home, ".cache"), "huggingface");
        try
        {
            var file = new FileInfo(Variable("HF_TOKEN_PATH") ?? Path.Combine(folder, "token"));
            return file.Exists && file.Length <= MaxLength ? OrNull(File.ReadAllText(file.FullName)) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }

        string? Variable(string name) => environment.TryGetValue(name, out var value) && !string.IsNullOrWhiteSpace(value) ? value : null;
    }

    /// <summary>Says that there is a token, not which.</summary>
    public override string ToString() => "(an access token)";

    private static HubToken? OrNull(string text)
    {
        try
        {
            return new HubToken(text);
        }
        catch (IngotException)
        {
            return null;
        }
    }
}
