using System.Collections.Immutable;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record DescribeCapacityProvidersRequest
{
    public List<string>? CapacityProviders { get; set; }

    public string? Cluster { get; set; }

    public List<string>? Include { get; set; }

    public int? MaxResults { get; set; }

    public string? NextToken { get; set; }
}

internal sealed record DescribeCapacityProvidersResponse
{
    public List<CapacityProviderShape>? CapacityProviders { get; set; }

    public List<FailureShape>? Failures { get; set; }

    public string? NextToken { get; set; }
}

/// <summary>Tells capacity providers: those named, deleted ones included; or all that are there, with FARGATE and FARGATE_SPOT.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeCapacityProviders.html</remarks>
internal sealed class DescribeCapacityProviders(AccountStreams account, ClusterStreams clusters)
    : IOperation<DescribeCapacityProvidersRequest, DescribeCapacityProvidersResponse>
{
    private const string List = nameof(DescribeCapacityProviders);
    private const int MostNames = 100;
    private const int MostResults = 10;

    public async ValueTask<DescribeCapacityProvidersResponse> HandleAsync(DescribeCapacityProvidersRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        WireEnums.CapacityProviderField.Require(request.Include, "include");
        if (request.CapacityProviders?.Count > MostNames)
        {
            throw AwsException.InvalidParameter($"Capacity providers cannot have more than {MostNames} entries.");
        }

        var page = Page.Of(List, request.NextToken, request.MaxResults, MostResults, MostResults);
        var known = await account.QueryAsync(context, new CapacityProvidersQuery(), cancellationToken).ConfigureAwait(false);
        var cluster = string.IsNullOrEmpty(request.Cluster) ? null : await clusters.ReadAsync(context, request.Cluster, cancellationToken).ConfigureAwait(false);
        var withTags = request.Include?.Contains("TAGS") == true;
        var isAsked = request.CapacityProviders is { Count: > 0 };
        IEnumerable<string> names = isAsked
            ? request.CapacityProviders!.Select(text => CapacityProviderRules.Name(text, context)).Distinct(StringComparer.Ordinal)
            : known.Values.Where(provider => provider.IsActive).Select(provider => provider.Name).Append(CapacityProviderNames.Fargate).Append(CapacityProviderNames.FargateSpot);
        if (cluster is not null)
        {
            names = names.Where(name => cluster.CapacityProviders.Any(used => used.Name == name));
        }

        ImmutableArray<string> shown = [.. names
            .Order(StringComparer.Ordinal)
            .Where(name => page.After is null || string.CompareOrdinal(name, page.After) > 0)
            .Take(page.Size + 1)];
        var (found, next) = page.Cut(List, shown, name => name, name =>
            CapacityProviderNames.IsBuiltIn(name) ? CapacityProviderAnswer.BuiltIn(name, context)
            : known.TryGetValue(name, out var provider) ? CapacityProviderAnswer.Of(provider, context, withTags)
            : new CapacityProviderShape { CapacityProviderArn = CapacityProviderAnswer.Arn(name, context) });
        return new()
        {
            CapacityProviders = [.. found.Where(shape => shape.Name is not null)],
            Failures = [.. found.Where(shape => shape.Name is null).Select(shape => new FailureShape { Arn = shape.CapacityProviderArn, Reason = "MISSING" })],
            NextToken = next,
        };
    }
}
