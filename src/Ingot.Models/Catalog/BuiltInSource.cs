namespace Ingot.Models.Catalog;

/// <summary>
/// The models shipped with Ingot, found beside the running program in <c>models/ingot-tiny-chat</c> and
/// <c>models/ingot-tiny-embed</c>; lists none that a program was published without.
/// </summary>
/// <param name="modelsFolder">The folder that holds the shipped models; null means <c>models</c> beside the program.</param>
public sealed class BuiltInSource(string? modelsFolder = null) : ICatalogSource
{
    private static readonly ModelEntry Chat = Entry(BuiltInModel.Alias) with
    {
        DisplayName = "Ingot tiny chat",
        Description = "A very small English chat model made from scratch for Ingot: small talk and questions about Ingot, often wrong beyond that.",
        SupportsToolCalling = true,
        Capabilities = "tool-calling",
    };

    private static readonly ModelEntry Embedding = Entry(BuiltInModel.EmbeddingAlias) with
    {
        DisplayName = "Ingot tiny embed",
        Description = "A very small English embedding model made from scratch for Ingot: puts sentences that say the same near each other.",
        Task = FolderFacts.Embeddings,
        OutputModalities = "embeddings",
    };

    private readonly string _folder = modelsFolder ?? Path.Combine(AppContext.BaseDirectory, "models");

    /// <inheritdoc/>
    public string Name => "built-in";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ModelEntry>> ListAsync(CancellationToken cancellationToken)
    {
        var entries = new List<ModelEntry>();
        foreach (var entry in (ModelEntry[])[Chat, Embedding])
        {
            var folder = Path.Combine(_folder, entry.Name);
            if (!FolderFacts.IsModel(folder))
                continue;
            var facts = await FolderFacts.ReadAsync(folder, cancellationToken);
            entries.Add(entry with
            {
                ContextLength = facts.ContextLength,
                MaxOutputTokens = entry == Chat ? facts.ContextLength : null,
                FileSizeMb = facts.FileSizeMb,
                CreatedAtUnix = facts.CreatedAtUnix,
                LocalPath = folder,
            });
        }

        return entries;
    }

    private static ModelEntry Entry(string name) => new()
    {
        Name = name,
        Version = 1,
        Alias = name,
        Uri = $"local://{name}",
        Publisher = "Ingot",
        License = "MIT",
        LicenseDescription = "Weights, tokenizer and training data are part of Ingot and under its MIT license.",
        InputModalities = "text",
        OutputModalities = "text",
    };
}
