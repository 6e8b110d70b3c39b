using Ingot.Engine.ModelFolders;
using Ingot.Service.Chat.Calls;
using Ingot.Service.Chat.Prompts;
using Ingot.Text.Templates;

namespace Ingot.Service.Hosting;

/// <summary>A model's chat template and its source, which tells what the template knows of.</summary>
/// <param name="Template">The template, ready to render.</param>
/// <param name="Source">Its text.</param>
public sealed record ModelTemplate(ChatTemplate Template, string Source)
{
    private readonly Lazy<TemplateTraits> _traits = new(() => TemplateTraits.Of(Template));

    /// <summary>How the template writes function calls; null where it shows no form that is known.</summary>
    internal CallFormat? CallFormat { get; } = CallFormats.Of(Source);

    /// <summary>What it does with functions, calls and results.</summary>
    internal TemplateTraits Traits => _traits.Value;

    /// <summary>Whether the template uses a word, such as <c>tools</c> or a role. It may in a comment only: this is a hint.</summary>
    /// <param name="word">The word, letter case counts.</param>
    public bool Mentions(string word) => Source.Contains(word, StringComparison.Ordinal);

    internal static ModelTemplate? Parse(string? source, ModelFolder folder) =>
        source is null ? null : new ModelTemplate(ChatTemplate.Parse(source, folder.ChatTemplateFile), source);
}
