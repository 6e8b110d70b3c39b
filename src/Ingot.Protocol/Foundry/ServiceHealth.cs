namespace Ingot.Protocol.Foundry;

/// <summary><c>GET /health</c> and, when all is well, <c>GET /ready</c>.</summary>
/// <param name="Status"><c>ok</c>: the process answers; <c>ready</c>: it can serve a request.</param>
public sealed record ServiceHealth(string Status);
