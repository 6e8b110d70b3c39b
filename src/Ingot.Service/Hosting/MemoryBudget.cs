using System.Globalization;
using Ingot.Errors;
using Ingot.Models.Catalog;

namespace Ingot.Service.Hosting;

/// <summary>
/// How much memory the weights and caches of all models may take together, and who leaves for a new one. Decides only;
/// the slots' lock and their closing are others' work.
/// </summary>
/// <param name="Bytes">The most bytes for all models.</param>
/// <param name="Estimate">Tells what a model will need, or refuses it.</param>
/// <param name="FreeBytes">Tells what the machine has free now.</param>
internal sealed record MemoryBudget(long Bytes, Func<ModelEntry, ModelNeed> Estimate, Func<long> FreeBytes)
{
    /// <summary>The part of the machine's memory that models may take where nobody says.</summary>
    internal const double UsualShare = 0.8;

    /// <summary>Decides who leaves for a model, and how much it may take.</summary>
    /// <param name="slot">The model's slot.</param>
    /// <param name="need">What it will need.</param>
    /// <param name="others">The other slots.</param>
    /// <returns>Idle models to close, least recently used first, and the bytes to reserve.</returns>
    /// <exception cref="IngotException"><see cref="ErrorCode.InsufficientMemory"/>, with the numbers: it does not fit even then.</exception>
    internal (IReadOnlyList<ModelSlot> Leaving, long Bytes) Admit(ModelSlot slot, ModelNeed need, IEnumerable<ModelSlot> others)
    {
        ModelSlot[] staying = [.. others.Where(other => !other.IsClosing)];
        var held = staying.Sum(other => other.MemoryBytes);
        var leaving = new List<ModelSlot>();
        foreach (var idle in staying.Where(MayLeave).OrderBy(other => other.LastUsedAt))
        {
            if (held + need.LeastBytes <= Bytes)
                break;
            held -= idle.MemoryBytes;
            leaving.Add(idle);
        }

        if (held + need.LeastBytes > Bytes)
            throw Refusal(slot, need, [.. staying.Except(leaving).Where(other => other.MemoryBytes > 0).OrderByDescending(other => other.MemoryBytes)]);
        return (leaving, need.WeightBytes + need.CacheBytes(Bytes - held - need.WeightBytes));
    }

    private static bool MayLeave(ModelSlot slot) => slot is { State: ModelState.Loaded, Users: 0, Stay.IsPinned: false, MemoryBytes: > 0 };

    private IngotException Refusal(ModelSlot slot, ModelNeed need, IReadOnlyList<ModelSlot> holders)
    {
        var needed = $"Model '{slot.Entry.Id}' needs about {Show(need.LeastBytes)} of memory ({Show(need.WeightBytes)} of weights, {Show(need.LeastCacheBytes)} of key-value cache)";
        var message = need.LeastBytes > Bytes
            ? $"{needed}, but the memory budget for all models is {Show(Bytes)}. Use a smaller model, or raise 'memoryBudgetMegabytes'."
            : $"{needed}, but of the memory budget of {Show(Bytes)} the following is in use: "
                + $"{string.Join(", ", holders.Select(holder => $"'{holder.Entry.Id}' {Show(holder.MemoryBytes)} ({Why(holder)})"))}. "
                + "Unload one of them, wait for its requests to end, or raise 'memoryBudgetMegabytes'.";
        return new IngotException(ErrorCode.InsufficientMemory, message, "model");
    }

    private static string Why(ModelSlot slot) => slot switch
    {
        { State: ModelState.Loading } => "being loaded",
        { Users: > 0 } => string.Create(CultureInfo.InvariantCulture, $"{slot.Users} request(s)"),
        _ => "pinned",
    };

    private static string Show(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.#} MiB");
}
