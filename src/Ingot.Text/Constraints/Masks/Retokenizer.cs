using System.Text;
using Ingot.Text.Constraints.Machine;

namespace Ingot.Text.Constraints.Masks;

/// <summary>
/// Writes bytes that must come as the tokens the model itself would write them with: those the tokenizer makes of them behind
/// what was written before. The last of these are left out where what follows might make other tokens of them.
/// </summary>
internal sealed class Retokenizer(ConstraintVocabulary vocabulary)
{
    /// <summary>Finds the tokens for bytes.</summary>
    /// <param name="before">The last bytes of the text so far, from where a token began; may be empty.</param>
    /// <param name="forced">The bytes to write.</param>
    /// <param name="machine">The machine <paramref name="after"/> is of.</param>
    /// <param name="after">What the machine is in behind the bytes.</param>
    public List<int> Write(byte[] before, byte[] forced, PushdownMachine machine, Configuration after)
    {
        var tokens = Encode(before, forced) ?? Split(forced);
        var at = 0;
        for (var i = 0; i < tokens.Count; i++)
        {
            if (MayGrow(forced.AsSpan(at), machine, after)) return tokens[..i];
            at += vocabulary.TextOf(tokens[i]).Length;
        }
        return tokens;
    }

    // Special tokens spelled out in the text must stay text: the whole of it counts as foreign.
    private List<int>? Encode(byte[] before, byte[] forced)
    {
        if (vocabulary.Tokenizer is not { } tokenizer) return null;
        var whole = forced.Length;
        while (whole > 0 && !IsWhole(forced.AsSpan(0, whole))) whole--;
        var text = Encoding.UTF8.GetString(before) + Encoding.UTF8.GetString(forced, 0, whole);
        var tokens = tokenizer.Encode(new PromptText(text, [new TextSpan(0, text.Length)]), addSpecialTokens: false);
        var first = tokens.Count;
        for (var left = whole; left > 0; left -= vocabulary.TextOf(tokens[first]).Length)
        {
            if (--first < 0) return null;
            var bytes = vocabulary.TextOf(tokens[first]);
            if (bytes.IsEmpty || bytes.Length > left || !forced.AsSpan(left - bytes.Length, bytes.Length).SequenceEqual(bytes)) return null;
        }
        return tokens[first..];
    }

    private static bool IsWhole(ReadOnlySpan<byte> text) => System.Text.Unicode.Utf8.IsValid(text);

    /// <summary>The bytes as the longest tokens, from the left, as far as that goes.</summary>
    private List<int> Split(ReadOnlySpan<byte> forced)
    {
        List<int> tokens = [];
        while (vocabulary.All.FindLongest(forced) is { } place)
        {
            tokens.Add(vocabulary.All.Nodes[place].Token);
            forced = forced[vocabulary.All.Nodes[place].Depth..];
        }
        return tokens;
    }

    /// <summary>Whether some token begins with these bytes and goes on as the grammar may.</summary>
    private bool MayGrow(ReadOnlySpan<byte> rest, PushdownMachine machine, Configuration after)
    {
        if (rest.Length > vocabulary.All.Depth || vocabulary.All.Find(rest) is not { } place) return false;
        var nodes = vocabulary.All.Nodes;
        for (var child = place + 1; child < nodes[place].End; child = nodes[child].End)
        {
            if (!machine.Step(after, nodes[child].Value).IsDead) return true;
        }
        return false;
    }
}
