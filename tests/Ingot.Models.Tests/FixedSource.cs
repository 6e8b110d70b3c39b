using Ingot.Errors;
using Ingot.Models.Catalog;

namespace Ingot.Models.Tests;

/// <summary>A source that lists what the test says, or refuses.</summary>
public sealed class FixedSource(string name, params ModelEntry[] entries) : ICatalogSource
{
    public string? Fault { get; set; }

    public List<ModelEntry> Entries { get; } = [.. entries];

    public int Listings { get; private set; }

    public string Name => name;

    public Task<IReadOnlyList<ModelEntry>> ListAsync(CancellationToken cancellationToken)
    {
        Listings++;
        return Fault is null
            ? Task.FromResult<IReadOnlyList<ModelEntry>>([.. Entries])
            : throw new IngotException(ErrorCode.InvalidValue, Fault);
    }

    public static ModelEntry Entry(string id, string alias, ModelDevice device = ModelDevice.CPU, string? path = null)
    {
        var parts = id.Split(':');
        return new ModelEntry
        {
            Name = parts[0],
            Version = int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture),
            Alias = alias,
            Uri = $"local://{parts[0]}",
            DeviceType = device,
            LocalPath = path,
        };
    }
}
