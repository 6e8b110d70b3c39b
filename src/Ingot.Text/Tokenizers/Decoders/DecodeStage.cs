using System.Text;

namespace Ingot.Text.Tokenizers.Decoders;

/// <summary>Part of what decoding produces on its way from tokens to text.</summary>
/// <param name="Text">The characters; never half of one.</param>
/// <param name="BeginsToken">Whether it begins a token; false when it goes on with the last one.</param>
/// <param name="IsAdded">Whether it is an added token, which byte-level decoding takes as it stands.</param>
internal readonly record struct DecodePiece(string Text, bool BeginsToken, bool IsAdded = false);

/// <summary>One step of a decoder; immutable. <see cref="Open"/> starts the state of one decoding.</summary>
internal abstract class DecoderStep
{
    /// <summary>Whether what leaves this step may go on with a token instead of beginning one.</summary>
    public virtual bool Fuses => false;

    public abstract DecodeStage Open(DecodeStage next);

    /// <summary>What one token of the model stands for after this step, regardless of its neighbours.</summary>
    public virtual string MapToken(string token) => token;
}

/// <summary>The state of one step during one decoding; passes on what can no longer change. Not thread-safe.</summary>
/// <param name="next">Who takes what this stage gives; null for the last.</param>
internal abstract class DecodeStage(DecodeStage? next)
{
    public abstract void Accept(DecodePiece piece);

    /// <summary>Nothing more comes: gives what was held back.</summary>
    public virtual void Finish() => next?.Finish();

    protected void Pass(string text, bool beginsToken)
    {
        if (text.Length > 0 || beginsToken) next?.Accept(new DecodePiece(text, beginsToken));
    }

    protected void Pass(DecodePiece piece) => next?.Accept(piece);
}

/// <summary>The last stage: collects the text.</summary>
internal sealed class TextStage() : DecodeStage(null)
{
    public StringBuilder Text { get; } = new();

    public override void Accept(DecodePiece piece) => Text.Append(piece.Text);
}
