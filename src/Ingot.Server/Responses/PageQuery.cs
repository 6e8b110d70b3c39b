using Ingot.Errors;
using Ingot.Server.Http;
using Ingot.Server.Mapping;
using Ingot.Server.OpenApi;
using Ingot.Service.Storage;

namespace Ingot.Server.Responses;

/// <summary>Which part of a list a query asks for.</summary>
internal static class PageQuery
{
    private const int UsualLimit = 20;
    private const int MostLimit = 100;

    /// <summary>The query's parameters.</summary>
    public static readonly IReadOnlyList<WireQuery> Parameters =
    [
        new("limit", typeof(int), "The most entries, 1 to 100; default 20."),
        new("order", typeof(string), "`desc`: newest first; `asc`: oldest first. Default `desc`; for chat completions `asc`."),
        new("after", typeof(string), "The id of the entry before the first wanted; absent begins at the beginning."),
    ];

    /// <summary>Reads it.</summary>
    /// <param name="query">The query.</param>
    /// <param name="isDescending">What holds where no order is named.</param>
    /// <exception cref="IngotException">A value is none of those allowed.</exception>
    public static StoredRange Read(QueryValues query, bool isDescending = true)
    {
        int limit = query.Number("limit") ?? UsualLimit;
        if (limit is < 1 or > MostLimit)
            throw ChatMapper.Invalid("limit", $"must be between 1 and {MostLimit}");
        bool order = query.Word("order") switch
        {
            null => isDescending,
            "desc" => true,
            "asc" => false,
            _ => throw ChatMapper.Invalid("order", "must be 'asc' or 'desc'"),
        };
        string? after = query.Word("after");
        return after is null || ResponseIds.IsPossible(after) ? new StoredRange(limit, order, after) : throw NoSuchPlace();
    }

    /// <summary>That part of a list that is at hand, oldest first; null when the entry to begin after is not there.</summary>
    public static StoredPage<T>? Cut<T>(List<T> all, StoredRange range, Func<T, string> idOf)
    {
        if (range.IsDescending)
            all.Reverse();
        int start = range.After is null ? 0 : all.FindIndex(entry => idOf(entry) == range.After) + 1;
        if (start == 0 && range.After is not null)
            return null;
        return new StoredPage<T>([.. all.Skip(start).Take(range.Limit)], all.Count > start + range.Limit);
    }

    /// <summary>The ids of a page's first and last entry; null when it has none.</summary>
    public static (string? First, string? Last) EndsOf<T>(StoredPage<T> page, Func<T, string> idOf) =>
        page.Entries is [var first, ..] ? (idOf(first), idOf(page.Entries[^1])) : (null, null);

    /// <summary>The refusal of a place in a list that is not there.</summary>
    public static IngotException NoSuchPlace() => ChatMapper.Invalid("after", "names nothing in this list");
}
