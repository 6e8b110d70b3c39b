using System.Globalization;
using Ingot.Errors;
using Ingot.Server.Mapping;
using Ingot.Server.OpenApi;
using Ingot.Service;
using Microsoft.Extensions.Primitives;

namespace Ingot.Server.Http;

/// <summary>A request's query, checked: a parameter is given once, nothing unknown is given, and values are of their type.</summary>
internal sealed class QueryValues
{
    /// <summary>What clients of Azure's older surface say on every route; there is one version here.</summary>
    private const string Version = "api-version";

    private readonly IQueryCollection _query;

    private QueryValues(IQueryCollection query) => _query = query;

    /// <summary>Takes a request's query.</summary>
    /// <param name="request">The request.</param>
    /// <param name="known">The parameters its route has.</param>
    /// <exception cref="IngotException">
    /// A parameter is given twice, or is unknown where <see cref="IngotOptions.AllowUnknownFields"/> does not allow that.
    /// </exception>
    public static QueryValues Read(HttpRequest request, IReadOnlyList<WireQuery> known)
    {
        bool allowUnknown = request.HttpContext.RequestServices.GetRequiredService<IngotServices>().Options.AllowUnknownFields;
        foreach ((string name, StringValues values) in request.Query)
        {
            if (!known.Any(parameter => parameter.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
            {
                if (allowUnknown || name.Equals(Version, StringComparison.OrdinalIgnoreCase))
                    continue;
                throw new IngotException(ErrorCode.UnknownParameter, $"Unknown parameter: '{name}'.", name);
            }

            if (values.Count > 1)
                throw Refusal(name, "must be given once");
        }

        return new QueryValues(request.Query);
    }

    /// <summary>True or false, in any letter case; null when not given.</summary>
    public bool? Flag(string name)
    {
        if (Word(name) is not { } text)
            return null;
        return bool.TryParse(text, out bool flag) ? flag : throw Refusal(name, $"must be true or false, not '{text}'");
    }

    /// <summary>A whole number of 0 or more; null when not given.</summary>
    public int? Number(string name)
    {
        if (Word(name) is not { } text)
            return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw Refusal(name, $"must be a whole number from 0 to {int.MaxValue}, not '{text}'");
    }

    /// <summary>The value as it is; null when not given.</summary>
    public string? Word(string name) => _query.TryGetValue(name, out StringValues values) ? values.ToString() : null;

    private static IngotException Refusal(string name, string rule) => ChatMapper.Invalid(name, rule.Length > 200 ? $"{rule[..200]}…" : rule);
}
