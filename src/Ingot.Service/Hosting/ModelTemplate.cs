using Ingot.Engine.ModelFolders;
using Ingot.Text.Templates;

namespace Ingot.Service.Hosting;

/// <summary>A model's chat template and its source, which tells what the template knows of.</summary>
/// <param name="Template">The template, ready to render.</param>
/// <param name="Source">Its text.</param>
public sealed record ModelTemplate(ChatTemplate Template, string Source)
{
    /// <summary>Whether the template uses a word, such as <c>tools</c> or a role. It may in a comment only: this is a hint.</summary>
    /// <param name="word">The word, letter case counts.</param>
    public bool Mentions(string word) => Source.Contains(word, StringComparison.Ordinal);

    internal static ModelTemplate? Parse(string? source, ModelFolder folder) =>
        source is null ? null : new ModelTemplate(ChatTemplate.Parse(source, folder.ChatTemplateFile), source);
}
