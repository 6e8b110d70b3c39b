using System.Text.Json.Serialization;

namespace Ingot.Gateway.Responses;

/// <summary>Where a response is kept that a provider made.</summary>
/// <param name="Provider">The provider's name.</param>
/// <param name="Address">Which of its addresses made it: its replicas do not have each other's.</param>
/// <param name="Model">What its model is called here: who may not use that any more may not read its answers through this service either.</param>
internal sealed record RemoteResponse(string Provider, Uri Address, string Model);

/// <summary>JSON of <see cref="RemoteResponse"/>, source-generated.</summary>
[JsonSerializable(typeof(RemoteResponse))]
internal sealed partial class RemoteResponseJson : JsonSerializerContext;
