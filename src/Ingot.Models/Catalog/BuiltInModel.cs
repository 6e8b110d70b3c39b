namespace Ingot.Models.Catalog;

/// <summary>The chat model that travels with Ingot.</summary>
public static class BuiltInModel
{
    /// <summary>Its name, its alias and its folder's name; what is used where no model is named.</summary>
    public const string Alias = "ingot-tiny-chat";

    /// <summary>One line on what it is and how to get a bigger one.</summary>
    public const string Introduction =
        "ingot-tiny-chat is a very small model made from scratch for Ingot: fine for small talk and trying things out. "
        + "For a bigger one, name an ONNX model folder: foundry model run <folder>.";
}
