namespace Ingot.Models.Catalog;

/// <summary>Finds the names a mistyped one may have meant.</summary>
public static class NearNames
{
    private const int MaxSuggestions = 3;

    /// <summary>The nearest of some names, best first, letter case aside; at most three, none when none is near.</summary>
    /// <param name="wanted">The name that is none of them.</param>
    /// <param name="names">The names there are.</param>
    public static IReadOnlyList<string> Of(string wanted, IEnumerable<string> names)
    {
        if (wanted.Length > ModelName.MaxLength)
            return [];
        var limit = Math.Max(2, wanted.Length / 3);
        return [.. names
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(name => (Name: name, Distance: Distance(wanted, name)))
            .Where(candidate => candidate.Distance <= limit
                || (wanted.Length >= 3 && candidate.Name.Contains(wanted, StringComparison.OrdinalIgnoreCase)))
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.Name, StringComparer.OrdinalIgnoreCase)
            .Take(MaxSuggestions)
            .Select(candidate => candidate.Name)];
    }

    /// <summary>Insertions, deletions and replacements that turn one name into the other, letter case aside.</summary>
    internal static int Distance(string left, string right)
    {
        var previous = new int[right.Length + 1];
        var current = new int[right.Length + 1];
        for (var j = 0; j <= right.Length; j++)
            previous[j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replace = char.ToLowerInvariant(left[i - 1]) == char.ToLowerInvariant(right[j - 1]) ? 0 : 1;
                current[j] = Math.Min(Math.Min(previous[j], current[j - 1]) + 1, previous[j - 1] + replace);
            }

            (previous, current) = (current, previous);
        }

        return previous[right.Length];
    }
}
