using Ingot.Server.Security.Tokens;
using Ingot.Service;
using Ingot.Service.Callers;

namespace Ingot.Server.Security;

/// <summary>Puts together what checks who asks.</summary>
internal static class CallerServices
{
    /// <summary>Adds it, and refuses where other machines could use the service and nothing would be checked.</summary>
    public static void AddCallers(this IServiceCollection builder, IngotServices services, ServerOptions options, ILoggerFactory loggers)
    {
        var keys = new KeyRing(new ApiKeyFile(options.HomeFolder, services.Time), services.Time, loggers.CreateLogger<KeyRing>());
        var demand = new CallerDemand(services.Options, keys);
        demand.RefuseIfOpen(options.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        builder.AddSingleton(keys);
        builder.AddSingleton(demand);
        builder.AddSingleton(new CallerRights(services, demand));
        if (demand.TakesTokens)
            new BearerTokens(services.Options, services.Time).AddTo(builder);
    }

    /// <summary>Checks every request from here on.</summary>
    public static void UseCallers(this WebApplication application)
    {
        if (application.Services.GetRequiredService<CallerDemand>().TakesTokens)
            application.UseAuthentication();
        application.UseMiddleware<CallerCheck>();
    }
}
