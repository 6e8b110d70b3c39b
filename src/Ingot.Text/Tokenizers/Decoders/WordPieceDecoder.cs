namespace Ingot.Text.Tokenizers.Decoders;

/// <summary>Puts words together: a token that continues a word loses its prefix, any other gets a space before it.</summary>
/// <param name="prefix">What a token that continues a word begins with.</param>
/// <param name="cleansUp">Whether spaces before punctuation and English contractions go; each token is looked at alone.</param>
internal sealed class WordPieceDecoder(string prefix, bool cleansUp) : DecoderStep
{
    // In this order, each over what the one before made.
    private static readonly (string From, string To)[] Cleaning =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
        (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    public override DecodeStage Open(DecodeStage next) => new Stage(this, next);

    public override string MapToken(string token) => Map(token, isFirst: false);

    private string Map(string token, bool isFirst)
    {
        if (!isFirst) token = token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..] : " " + token;
        if (!cleansUp) return token;
        foreach (var (from, to) in Cleaning) token = token.Replace(from, to, StringComparison.Ordinal);
        return token;
    }

    private sealed class Stage(WordPieceDecoder step, DecodeStage next) : DecodeStage(next)
    {
        private bool _hasBegun;

        public override void Accept(DecodePiece piece)
        {
            // A token that goes on in several parts has its place already.
            var text = piece.BeginsToken || !_hasBegun ? step.Map(piece.Text, isFirst: !_hasBegun) : piece.Text;
            _hasBegun = true;
            Pass(piece with { Text = text });
        }
    }
}
