namespace Ingot.Models.Catalog;

/// <summary>The models that travel with Ingot.</summary>
public static class BuiltInModel
{
    /// <summary>The chat model's name, its alias and its folder's name; what is used where no model is named.</summary>
    public const string Alias = "ingot-tiny-chat";

    /// <summary>The name, alias and folder's name of the model that makes vectors of texts.</summary>
    public const string EmbeddingAlias = "ingot-tiny-embed";

    /// <summary>One line on what the chat model is and how to get a bigger one.</summary>
    public const string Introduction =
        "ingot-tiny-chat is a very small model made from scratch for Ingot: fine for small talk and trying things out. "
        + "For a bigger one, name an ONNX model folder: foundry model run <folder>.";
}
