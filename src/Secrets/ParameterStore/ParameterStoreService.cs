using System.Text.Json.Serialization;
using Berth.Wire;

namespace Berth.Secrets;

/// <summary>As much of Systems Manager as Parameter Store needs, as the front door serves it.</summary>
internal static class ParameterStoreService
{
    /// <summary>The rates of Parameter Store.</summary>
    private static readonly CallRate Reads = new("ParameterReads", 40, 40), Others = new("OtherParameterCalls", 3, 3);

    public static AwsService Create(ParametersStreams streams, ParameterValues values)
    {
        var json = new ParameterStoreJson(AwsJson.PascalCase());
        return new AwsService { SigningName = "ssm", Target = "AmazonSSM", Protocol = AwsProtocol.Json11, Rates = Rates() }
            .Add(nameof(AddTagsToResource), () => json.AddTagsToResourceRequest, () => json.AddTagsToResourceResponse, () => new AddTagsToResource(streams))
            .Add(nameof(DeleteParameter), () => json.DeleteParameterRequest, () => json.DeleteParameterResponse, () => new DeleteParameter(streams))
            .Add(nameof(DeleteParameters), () => json.DeleteParametersRequest, () => json.DeleteParametersResponse, () => new DeleteParameters(streams))
            .Add(nameof(DescribeParameters), () => json.DescribeParametersRequest, () => json.DescribeParametersResponse, () => new DescribeParameters(streams))
            .Add(nameof(GetParameter), () => json.GetParameterRequest, () => json.GetParameterResponse, () => new GetParameter(streams, values))
            .Add(nameof(GetParameterHistory), () => json.GetParameterHistoryRequest, () => json.GetParameterHistoryResponse, () => new GetParameterHistory(streams, values))
            .Add(nameof(GetParameters), () => json.GetParametersRequest, () => json.GetParametersResponse, () => new GetParameters(streams, values))
            .Add(nameof(GetParametersByPath), () => json.GetParametersByPathRequest, () => json.GetParametersByPathResponse, () => new GetParametersByPath(streams, values))
            .Add(nameof(ListTagsForResource), () => json.ListTagsForResourceRequest, () => json.ListTagsForResourceResponse, () => new ListTagsForResource(streams))
            .Add(nameof(PutParameter), () => json.PutParameterRequest, () => json.PutParameterResponse, () => new PutParameter(streams, values))
            .Add(nameof(RemoveTagsFromResource), () => json.RemoveTagsFromResourceRequest, () => json.RemoveTagsFromResourceResponse, () => new RemoveTagsFromResource(streams));
    }

    private static Dictionary<string, CallRate> Rates() => new(StringComparer.Ordinal)
    {
        [nameof(AddTagsToResource)] = Others,
        [nameof(DeleteParameter)] = Others,
        [nameof(DeleteParameters)] = Others,
        [nameof(DescribeParameters)] = Others,
        [nameof(GetParameter)] = Reads,
        [nameof(GetParameterHistory)] = Others,
        [nameof(GetParameters)] = Reads,
        [nameof(GetParametersByPath)] = Reads,
        [nameof(ListTagsForResource)] = Others,
        [nameof(PutParameter)] = Others,
        [nameof(RemoveTagsFromResource)] = Others,
    };
}

[JsonSerializable(typeof(AddTagsToResource.Request), TypeInfoPropertyName = "AddTagsToResourceRequest")]
[JsonSerializable(typeof(AddTagsToResource.Response), TypeInfoPropertyName = "AddTagsToResourceResponse")]
[JsonSerializable(typeof(DeleteParameter.Request), TypeInfoPropertyName = "DeleteParameterRequest")]
[JsonSerializable(typeof(DeleteParameter.Response), TypeInfoPropertyName = "DeleteParameterResponse")]
[JsonSerializable(typeof(DeleteParameters.Request), TypeInfoPropertyName = "DeleteParametersRequest")]
[JsonSerializable(typeof(DeleteParameters.Response), TypeInfoPropertyName = "DeleteParametersResponse")]
[JsonSerializable(typeof(DescribeParameters.Request), TypeInfoPropertyName = "DescribeParametersRequest")]
[JsonSerializable(typeof(DescribeParameters.Response), TypeInfoPropertyName = "DescribeParametersResponse")]
[JsonSerializable(typeof(GetParameter.Request), TypeInfoPropertyName = "GetParameterRequest")]
[JsonSerializable(typeof(GetParameter.Response), TypeInfoPropertyName = "GetParameterResponse")]
[JsonSerializable(typeof(GetParameterHistory.Request), TypeInfoPropertyName = "GetParameterHistoryRequest")]
[JsonSerializable(typeof(GetParameterHistory.Response), TypeInfoPropertyName = "GetParameterHistoryResponse")]
[JsonSerializable(typeof(GetParameters.Request), TypeInfoPropertyName = "GetParametersRequest")]
[JsonSerializable(typeof(GetParameters.Response), TypeInfoPropertyName = "GetParametersResponse")]
[JsonSerializable(typeof(GetParametersByPath.Request), TypeInfoPropertyName = "GetParametersByPathRequest")]
[JsonSerializable(typeof(GetParametersByPath.Response), TypeInfoPropertyName = "GetParametersByPathResponse")]
[JsonSerializable(typeof(ListTagsForResource.Request), TypeInfoPropertyName = "ListTagsForResourceRequest")]
[JsonSerializable(typeof(ListTagsForResource.Response), TypeInfoPropertyName = "ListTagsForResourceResponse")]
[JsonSerializable(typeof(PutParameter.Request), TypeInfoPropertyName = "PutParameterRequest")]
[JsonSerializable(typeof(PutParameter.Response), TypeInfoPropertyName = "PutParameterResponse")]
[JsonSerializable(typeof(RemoveTagsFromResource.Request), TypeInfoPropertyName = "RemoveTagsFromResourceRequest")]
[JsonSerializable(typeof(RemoveTagsFromResource.Response), TypeInfoPropertyName = "RemoveTagsFromResourceResponse")]
internal sealed partial class ParameterStoreJson : JsonSerializerContext;
