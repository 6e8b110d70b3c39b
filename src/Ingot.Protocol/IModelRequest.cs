namespace Ingot.Protocol;

/// <summary>A request's body that names the model it is for. Where one is read, it is checked that its caller may use that model.</summary>
public interface IModelRequest
{
    /// <summary>The model's alias, name or id; null when the request names none, which is refused later.</summary>
    string? Model { get; }
}
