using System.Collections.Frozen;
using Berth.Wire;

namespace Berth.Api;

/// <summary>A call's way: the service and the operation.</summary>
internal sealed record Route(AwsService Service, OperationEntry Operation)
{
    /// <summary>How often an account may call it and its kin; null: as often as it likes.</summary>
    public CallRate? Rate { get; } = Service.Rates.GetValueOrDefault(Operation.Name);

    /// <summary>What is counted of this operation.</summary>
    public CallCounter Counter { get; } = new(Service.SigningName, Operation.Name);
}

/// <summary>Finds the operation a call names. A service that speaks both protocols is two entries.</summary>
internal sealed class ServiceTable
{
    private readonly FrozenDictionary<string, Route> json;
    private readonly FrozenDictionary<string, Route>.AlternateLookup<ReadOnlySpan<char>> jsonByTarget;
    private readonly FrozenDictionary<(string SigningName, string Version, string Action), Route> query;

    public ServiceTable(IEnumerable<AwsService> services)
    {
        var routes = services.SelectMany(service => service.Operations.Values.Select(operation => new Route(service, operation))).ToList();
        json = routes.Where(route => route.Service.Protocol == AwsProtocol.Json11)
            .ToFrozenDictionary(route => $"{route.Service.Target}.{route.Operation.Name}", StringComparer.Ordinal);
        jsonByTarget = json.GetAlternateLookup<ReadOnlySpan<char>>();
        query = routes.Where(route => route.Service.Protocol != AwsProtocol.Json11)
            .ToFrozenDictionary(route => (route.Service.SigningName, route.Service.Target, route.Operation.Name));
        Counters = [.. routes.Select(route => route.Counter)];
        SigningNames = routes.Select(route => route.Service.SigningName).ToFrozenSet(StringComparer.Ordinal);
        QueryServices = routes.Where(route => route.Service.Protocol != AwsProtocol.Json11)
            .DistinctBy(route => route.Service.SigningName)
            .ToFrozenDictionary(route => route.Service.SigningName, route => route.Service, StringComparer.Ordinal);
    }

    /// <summary>The counters of all operations.</summary>
    public IReadOnlyList<CallCounter> Counters { get; }

    /// <summary>The services there are.</summary>
    public FrozenSet<string> SigningNames { get; }

    /// <summary>The services that answer in XML, by signing name.</summary>
    public FrozenDictionary<string, AwsService> QueryServices { get; }

    /// <summary>The operation of an <c>X-Amz-Target</c>.</summary>
    public Route? FindJson(string target) => jsonByTarget.TryGetValue(target, out var route) ? route : null;

    /// <summary>The operation of an <c>Action</c> and a <c>Version</c>.</summary>
    public Route? FindQuery(string signingName, string version, string action) => query.GetValueOrDefault((signingName, version, action));
}
