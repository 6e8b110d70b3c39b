namespace Ingot.Models.Catalog;

/// <summary>
/// The model shipped with Ingot, found beside the running program in <c>models/ingot-tiny-chat</c>;
/// lists nothing where a program was published without it.
/// </summary>
/// <param name="modelsFolder">The folder that holds the shipped models; null means <c>models</c> beside the program.</param>
public sealed class BuiltInSource(string? modelsFolder = null) : ICatalogSource
{
    private readonly string _folder = Path.Combine(modelsFolder ?? Path.Combine(AppContext.BaseDirectory, "models"), BuiltInModel.Alias);

    /// <inheritdoc/>
    public string Name => "built-in";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ModelEntry>> ListAsync(CancellationToken cancellationToken)
    {
        if (!FolderFacts.IsModel(_folder))
            return [];
        var facts = await FolderFacts.ReadAsync(_folder, cancellationToken);
        return
        [
            new ModelEntry
            {
                Name = BuiltInModel.Alias,
                Version = 1,
                Alias = BuiltInModel.Alias,
                DisplayName = "Ingot tiny chat",
                Description = "A very small English chat model made from scratch for Ingot: small talk and questions about Ingot, often wrong beyond that.",
                Uri = $"local://{BuiltInModel.Alias}",
                Publisher = "Ingot",
                License = "MIT",
                LicenseDescription = "Weights, tokenizer and training data are part of Ingot and under its MIT license.",
                SupportsToolCalling = true,
                ContextLength = facts.ContextLength,
                MaxOutputTokens = facts.ContextLength,
                FileSizeMb = facts.FileSizeMb,
                CreatedAtUnix = facts.CreatedAtUnix,
                InputModalities = "text",
                OutputModalities = "text",
                Capabilities = "tool-calling",
                LocalPath = _folder,
            },
        ];
    }
}
