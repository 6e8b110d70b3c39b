using Ingot.Errors;
using Ingot.Server.Mapping;

namespace Ingot.Server.Foundry;

/// <summary>A model's name in a path.</summary>
internal static class PathModel
{
    /// <summary>Reads a name.</summary>
    /// <param name="name">The rest of the path as routing gives it: decoded, but for slashes.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.InvalidValue"/> or <see cref="ErrorCode.MissingRequiredParameter"/>.</exception>
    public static string Read(string? name)
    {
        string model = ChatMapper.ToModel(name?.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase));
        return model.Any(char.IsControl) ? throw ChatMapper.Invalid("model", "must not hold control characters") : model;
    }
}
