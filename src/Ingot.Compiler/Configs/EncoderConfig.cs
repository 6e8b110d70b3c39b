namespace Ingot.Compiler.Configs;

/// <summary>
/// The shape of an encoder as <c>config.json</c> gives it, checked. Every number is positive unless said otherwise, and
/// every product that the graph needs of them fits; nothing after this record checks them again.
/// </summary>
internal sealed record EncoderConfig
{
    /// <summary>The family's name in <c>config.json</c>: bert, distilbert, roberta, xlm-roberta, camembert or mpnet.</summary>
    public required string ModelType { get; init; }

    /// <summary>The Hugging Face class, for messages.</summary>
    public required string Architecture { get; init; }

    /// <summary>How the checkpoint names its tensors.</summary>
    public required EncoderFamily Family { get; init; }

    public required int HiddenSize { get; init; }

    public required int IntermediateSize { get; init; }

    public required int LayerCount { get; init; }

    /// <summary>Attention heads; the hidden size is a multiple.</summary>
    public required int HeadCount { get; init; }

    public required EncoderActivation Activation { get; init; }

    public required float NormEpsilon { get; init; }

    public required int VocabularySize { get; init; }

    /// <summary>Rows of the checkpoint's table of positions.</summary>
    public required int PositionRows { get; init; }

    /// <summary>The row of that table that a text's first token has; RoBERTa's kind leaves the first rows unused. 0 or more.</summary>
    public required int FirstPosition { get; init; }

    /// <summary>Rows of the checkpoint's table of token types, of which texts that stand alone use the first; 0: it has none.</summary>
    public required int TypeRows { get; init; }

    /// <summary>Buckets of distances that attention has a bias for (MPNet); 0: it has none.</summary>
    public required int DistanceBuckets { get; init; }

    /// <summary>The token that fills up.</summary>
    public required int PadId { get; init; }

    /// <summary>The most tokens of one text.</summary>
    public int PositionCount => PositionRows - FirstPosition;

    /// <summary>Numbers in one head.</summary>
    public int HeadSize => HiddenSize / HeadCount;
}

/// <summary>The encoder types by how their checkpoints name tensors.</summary>
internal enum EncoderFamily
{
    /// <summary>BERT.</summary>
    Bert,

    /// <summary>DistilBERT: BERT without token types, by other names.</summary>
    DistilBert,

    /// <summary>RoBERTa, XLM-RoBERTa, CamemBERT: BERT's names, positions that begin later.</summary>
    Roberta,

    /// <summary>MPNet: a bias by distance, no token types.</summary>
    MPNet,
}

/// <summary>The functions between an encoder's two feed-forward products.</summary>
internal enum EncoderActivation
{
    /// <summary>GELU by the error function.</summary>
    Gelu,

    /// <summary>GELU by the hyperbolic tangent.</summary>
    GeluTanh,

    /// <summary>max(0, x).</summary>
    Relu,
}
