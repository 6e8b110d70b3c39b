namespace Ingot.Testing;

/// <summary>The model that comes with Ingot, as the repository holds it.</summary>
public static class ShippedModel
{
    /// <summary>Its name and alias.</summary>
    public const string Name = "ingot-tiny-chat";

    /// <summary>A question it was trained to answer.</summary>
    public const string Question = "Why is the sky blue?";

    /// <summary>A word of the answer.</summary>
    public const string AnswerWord = "light";

    /// <summary>Its folder.</summary>
    public static string Folder => RepositoryFiles.PathOf("models", Name);
}
