using Berth.Domain;
using Berth.Wire;

namespace Berth.Registry;

/// <summary>Describes the repositories named, or all of them page by page.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRepositories.html</remarks>
internal sealed class DescribeRepositories(RepositoryStreams streams, RegistryAddress address)
    : IOperation<DescribeRepositories.Request, DescribeRepositories.Response>
{
    internal sealed record Request(string? RegistryId, IReadOnlyList<string?>? RepositoryNames, string? NextToken, int? MaxResults);

    internal sealed record Response(IReadOnlyList<RepositoryShape> Repositories, string? NextToken);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        Constraints.OwnRegistry(request.RegistryId, context);
        var size = Constraints.PageSize(request.MaxResults);
        var names = request.RepositoryNames is null ? null : Constraints.List(request.RepositoryNames, "repositoryNames");
        foreach (var name in names ?? [])
        {
            Constraints.RepositoryName(name, "repositoryNames");
        }

        var state = await streams.ReadAsync(context.AccountId, context.Region, cancellationToken).ConfigureAwait(false);
        var page = names is null
            ? Page<Repository>.Cut(state.Repositories.Values, repository => repository.Name, size, request.NextToken, nameof(DescribeRepositories))
            : new([.. names.Distinct().Select(state.Get)], null);
        return new([.. page.Items.Select(repository => RepositoryShape.From(repository, address, context))], page.NextToken);
    }
}
