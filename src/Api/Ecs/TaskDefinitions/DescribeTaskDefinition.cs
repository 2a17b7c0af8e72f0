using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record DescribeTaskDefinitionRequest
{
    public string? TaskDefinition { get; set; }

    public List<string>? Include { get; set; }
}

internal sealed record DescribeTaskDefinitionResponse
{
    public TaskDefinitionShape? TaskDefinition { get; set; }

    public List<TagShape>? Tags { get; set; }
}

/// <summary>Tells one revision; a family alone means its newest ACTIVE one.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTaskDefinition.html</remarks>
internal sealed class DescribeTaskDefinition(AccountStreams account) : IOperation<DescribeTaskDefinitionRequest, DescribeTaskDefinitionResponse>
{
    public async ValueTask<DescribeTaskDefinitionResponse> HandleAsync(DescribeTaskDefinitionRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        WireEnums.TaskDefinitionField.Require(request.Include, "include");
        var (family, revision) = TaskDefinitionReference.Parse(request.TaskDefinition, context);
        var found = await account.QueryAsync(context, new FindTaskDefinitionQuery(family, revision), cancellationToken).ConfigureAwait(false)
            ?? throw TaskDefinitionAnswer.Unknown();
        return new()
        {
            TaskDefinition = TaskDefinitionAnswer.Of(found),
            Tags = request.Include?.Contains("TAGS") == true ? Tags.Show(found.Tags) : [],
        };
    }
}
