// Korean descriptions of the configuration keys, for the generated tables. A test finds keys that are missing here.
export const KOREAN_DESCRIPTIONS = {
  'server.host': '요청을 받을 주소. `0.0.0.0`은 이 컴퓨터의 모든 네트워크이며 API 키가 필요합니다',
  'server.port': '요청을 받을 포트. 0이면 비어 있는 포트를 씁니다',
  'server.apiKeys': '클라이언트가 보내야 하는 키(8자 이상). 비워 두면 키를 묻지 않습니다',
  'server.allowUnauthenticated': 'API 키 없이도 이 컴퓨터 밖에서 접속할 수 있게 합니다',
  'server.bodyLimitBytes': 'JSON 요청 본문의 최대 크기',
  'server.uploadLimitBytes': '업로드 파일의 최대 크기',
  'server.compressionMinBytes': '이 크기부터 응답을 압축합니다. 스트림은 압축하지 않습니다',
  'server.corsOrigins': '브라우저에서 API를 호출해도 되는 출처. 예: `https://wiki.example.com`, 또는 `*`',
  'server.slowReaderTimeoutSeconds': '클라이언트가 스트림을 읽지 않을 때 끊기까지 기다리는 시간',
  'server.maxConnections': '워커 하나가 열어 두는 연결 수. 넘으면 그 연결의 요청에 503으로 답합니다',
  'server.maxRequestsInFlight': '워커 하나가 한꺼번에 처리하는 요청 수. 넘으면 503으로 답합니다',
  'server.workers': '포트를 함께 쓰는 프로세스 수. 둘 이상이면 SIGHUP으로 하나씩 다시 시작합니다',
  'server.shutdownTimeoutSeconds': '종료 요청을 받은 뒤 진행 중인 답변을 기다리는 시간',
  'data.dir': '데이터베이스와 색인을 두는 폴더. 없으면 만듭니다',
  'ingest.folder':
    '답변의 근거가 될 문서 폴더. 없으면 이미 색인한 문서, 그것도 없으면 나래의 안내서를 씁니다',
  'ingest.collection': '폴더를 담을 컬렉션이자, 요청에 컬렉션이 없을 때 찾아보는 곳',
  'ingest.watch': '폴더를 지켜보다가 바뀌면 곧바로 색인합니다',
  'ingest.maxFileBytes': '이보다 큰 파일은 건너뛰고 알려 줍니다',
  'ingest.chunkTokens': '조각 하나의 최대 토큰 수',
  'ingest.chunkOverlapTokens': '앞 조각과 겹치는 토큰 수. `ingest.chunkTokens`의 절반보다 작아야 합니다',
  'ingest.memoryLimitMb': '색인 작업이 쓸 수 있는 힙 메모리. 답변이 느려지지 않도록 막아 줍니다',
  'embedder.provider':
    '`builtin`은 준비물이 없고, `openai`는 OpenAI 호환 임베딩 API, `onnx`는 로컬 모델 폴더입니다',
  'embedder.model': '`openai`에서 쓸 임베딩 모델. api.openai.com의 기본값은 `text-embedding-3-small`입니다',
  'embedder.baseUrl': '`openai`에서 쓸 임베딩 API의 기본 주소(`/v1`까지)',
  'embedder.apiKey': '임베딩 API의 키',
  'embedder.dimensions': '벡터의 길이. 모델이 줄일 수 있을 때만 지정하며, 없으면 모델이 주는 대로 씁니다',
  'embedder.batchSize': '임베더를 한 번 부를 때 보내는 최대 글 수',
  'embedder.fusionWeight': '가중 결합에서 벡터 쪽의 비중(나머지는 키워드 쪽). 없으면 임베더의 값을 씁니다',
  'embedder.modelDir': '`onnx`에서 쓸 로컬 모델 폴더',
  'embedder.timeoutSeconds': '임베더를 한 번 부를 때 기다리는 최대 시간',
  'retrieval.k': '개수를 정하지 않은 질문이나 검색에서 살펴볼 조각 수',
  'retrieval.fusion': '하이브리드 검색에서 키워드와 벡터 결과를 합치는 방법',
  'retrieval.minScore': '하이브리드 검색 점수가 이보다 낮은 조각은 뺍니다',
  'retrieval.contextTokens': '프롬프트에 넣는 조각의 최대 토큰 수',
  'llm.provider':
    '답변을 쓰는 쪽. `auto`는 설정된 순서대로 `openai`, `anthropic`, 둘 다 없으면 문서를 그대로 인용하는 `extractive`를 고릅니다',
  'llm.model':
    '모델 이름 또는 `llm.models`에 적은 이름. 없으면 `gpt-4.1-mini`, `claude-haiku-4-5`, 또는 해당 서버가 알려 주는 첫 모델',
  'llm.baseUrl': '모델 서버의 기본 주소. 예를 들어 Ollama는 `http://127.0.0.1:11434/v1`',
  'llm.apiKey': '모델 서버의 키',
  'llm.connectTimeoutSeconds':
    '모델 서버와 연결되기를 기다리는 최대 시간. 이름 찾기, TCP, TLS를 모두 합한 시간입니다',
  'llm.maxConnections':
    '모델 서버 하나에 여는 최대 연결 수이자 동시에 진행하는 호출 수. 없으면 `routing.maxInFlightPerEndpoint`에 필요한 만큼',
  'llm.keepAliveSeconds':
    '쓰지 않는 연결을 열어 두는 시간. 모델 서버가 열어 두는 시간(흔히 5초)보다 짧아야 합니다',
  'llm.firstTokenTimeoutSeconds':
    '답변의 첫 토큰을 기다리는 최대 시간. 로컬 모델은 불러오는 데 오래 걸릴 수 있습니다',
  'llm.stallTimeoutSeconds': '답변 도중 멈춰 있어도 되는 최대 시간',
  'llm.totalTimeoutSeconds': '답변 하나에 쓰는 최대 시간',
  'llm.contextWindowTokens': '모델이 한 번에 읽고 쓸 수 있는 토큰 수. 넘치면 오래된 메시지부터 뺍니다',
  'llm.maxOutputTokens': '요청에 없을 때 답변의 최대 토큰 수. 없으면 모델 서버를 따릅니다',
  'llm.models':
    '이름을 붙인 추가 모델: `{name, aliases, retrieval, provider, baseUrl, apiKey, headers, upstreamModel, contextWindowTokens, maxOutputTokens, endpoints, policy, fallback, earlyStop}`',
  'routing.policy':
    '다음 호출을 보낼 서버를 고르는 방법: `latency`(첫 토큰까지의 시간과 부하로 둘 중 나은 쪽), `weighted`, `round-robin`, `least-in-flight`',
  'routing.maxAttempts': '답변이 조금도 오지 않은 동안 한 모델의 서버들에 시도하는 최대 횟수',
  'routing.retryBackoffSeconds':
    '같은 서버에 다시 시도하기 전에 기다리는 시간. 매번 두 배가 되고 절반은 우연으로 정합니다',
  'routing.retryBackoffMaxSeconds': '그렇게 기다리는 최대 시간',
  'routing.retryAfterMaxSeconds':
    '모델 서버의 `Retry-After`를 기다려 주는 최대 시간. 더 길면 클라이언트에 그대로 전합니다',
  'routing.retryBudgetRatio': '같은 서버에 다시 시도해도 되는 횟수. 모델의 모든 호출에 대한 비율',
  'routing.retryBudgetPerSecond': '그 비율 밖에 허용하는 초당 재시도 횟수',
  'routing.breakerFailures': '정해진 시간 안에 이만큼 실패하면 그 서버를 쉬게 합니다',
  'routing.breakerFailureRatio': '그때 실패가 차지해야 하는 최소 비율',
  'routing.breakerWindowSeconds': '실패를 세는 시간의 길이',
  'routing.breakerOpenSeconds': '쉬는 서버를 호출 하나로 다시 시험하기까지의 시간',
  'routing.maxInFlight': '모든 모델을 합쳐 동시에 진행하는 답변 수',
  'routing.maxInFlightPerEndpoint': '모델 서버 하나에 동시에 보내는 호출 수',
  'routing.adaptiveLimit':
    '모델 서버의 한도를 첫 토큰까지의 시간에 맞춥니다. `routing.maxInFlightPerEndpoint`를 넘지 않습니다',
  'routing.maxWaiting': '자리를 기다릴 수 있는 요청 수: 전체에서, 그리고 모델 서버마다. 넘치면 503',
  'routing.maxWaitSeconds': '그렇게 기다리는 최대 시간. 지나면 `Retry-After`와 함께 503',
  'routing.hedge':
    '호출의 95%보다 첫 토큰이 늦으면 한 번 더 호출합니다. 먼저 온 쪽을 쓰고 다른 쪽은 취소합니다',
  'routing.hedgeRatio': '그런 두 번째 호출의 최대 비율. 모델의 모든 호출에 대한 값',
  'routing.fallback':
    '모델이 첫 토큰도 보내지 못하고 실패하면 차례로 물어볼 모델. 마지막 수단으로 `extractive`도 됩니다',
  'routing.staleAnswersMb':
    '모델과 대체 모델이 모두 첫 토큰 전에 실패했을 때, 같은 프롬프트에 예전에 한 답을 `narae.stale_since` 표시와 함께 대신 내보내려고 남겨 두는 메모리. 0이면 남기지 않습니다',
  'routing.staleAnswersHours': '그런 답을 남겨 두는 시간',
  'routing.stopAfterCharacters': '이 글자 수에서 답변을 끝냅니다',
  'routing.stopAfterTokens': '어림한 토큰 수가 이만큼 되면 답변을 끝냅니다',
  'routing.stopAtSentenceAfterCharacters': '이 글자 수 뒤에서 처음 끝나는 문장으로 답변을 끝냅니다',
  'routing.stopTexts': '이 글들 가운데 하나가 나오면 그 앞에서 답변을 끝냅니다',
  'answer.footnotes': '글자만 보여 주는 클라이언트를 위해 답변 끝에 출처 목록을 붙입니다',
  'answer.maxQuestionCharacters': '질문의 최대 글자 수',
  'answer.batchSize': '질문 목록에서 한 묶음을 이루어 검색을 함께 하는 질문 수',
  'answer.batchConcurrency': '호출하는 쪽이 정하지 않았을 때 목록에서 한꺼번에 처리하는 질문 수',
  'answer.batchPauseSeconds': '질문 목록의 묶음과 묶음 사이에 쉬는 시간',
  'answer.batchMaxConcurrency': '호출하는 쪽이 요구할 수 있는 동시 처리 질문 수의 상한',
  'answer.batchMaxQuestions': '요청 하나에 담을 수 있는 질문의 최대 개수',
  'threads.store':
    '대화를 두는 곳: `embedded`는 데이터 폴더, `redis`는 여러 서버가 함께 씁니다. `auto`는 `redis.url`이 있으면 Redis, 없으면 데이터 폴더입니다',
  'threads.life':
    '마지막으로 쓴 뒤 대화를 남겨 두는 기간: `keep`은 지울 때까지, `growing`은 한 시간에서 시작해 자주 쓰면 하루까지, `fixed`는 `threads.lifeHours`만큼입니다',
  'threads.lifeHours': '`threads.life`가 `fixed`일 때 마지막으로 쓴 뒤 대화를 남겨 두는 시간',
  'threads.historyTurns': '모델에게 보여 주는 앞선 질문과 답변의 수',
  'threads.historyPolicy':
    '그보다 앞선 대화를 어떻게 할지: `drop`은 버리고, `summarise`는 답변이 끝난 뒤 모델이 뒤에서 요약합니다',
  'threads.followUps':
    '앞 질문에 기대는 질문("그럼 환불은요?")을 검색하기 전에 채우는 방법: `rules`는 모델 없이 규칙으로, `llm`은 답변하는 모델이, 안 되면 규칙으로, `off`는 채우지 않습니다',
  'threads.followUpTimeoutSeconds': '모델이 질문을 채우는 데 쓸 수 있는 시간. 지나면 규칙으로 채웁니다',
  'threads.onDisconnect':
    '대화에 답하는 중에 클라이언트가 끊기면: `cancel`은 멈추고, `continue`는 끝까지 답합니다',
  'threads.runTimeoutSeconds': '대화의 답변 하나에 쓸 수 있는 시간',
  'threads.maxWaitingRuns': '대화 하나에서 차례를 기다릴 수 있는 질문 수. 넘으면 409',
  'threads.leaseSeconds':
    '이 시간 동안 소식이 없는 서버는 죽은 것으로, 그 서버의 답변은 실패한 것으로 봅니다',
  'threads.maxLogEvents': '다시 읽으러 오는 클라이언트를 위해 남겨 두는 답변 하나의 이벤트 수',
  'threads.maxLogMb': '답변 하나의 이벤트가 쓸 수 있는 메모리',
  'threads.maxTotalLogMb': '모든 답변의 이벤트가 쓸 수 있는 메모리. 끝난 답변의 것부터 버립니다',
  'threads.keepLogSeconds': '답변이 끝난 뒤 이벤트를 읽을 수 있는 시간',
  'threads.keepRunHours': '답변이 어떻게 끝났는지 기억하는 시간',
  'log.level': '기록할 가장 낮은 등급. `debug`이면 터미널에 오류의 원인도 보여 줍니다',
  'log.format': '`auto`는 터미널에서는 사람이 읽는 줄, 그 밖에서는 JSON',
  'log.questions': '질문 내용을 로그에 남겨도 되는지 여부',
  'server.adminKeys': '`/admin` 경로에 보내야 하는 키(8자 이상). 비워 두면 이 컴퓨터에서 온 요청만 받습니다',
  'llm.inputPricePerMillion': '입력 토큰 백만 개의 값(미국 달러). 캐시가 아낀 돈을 셈할 때 씁니다',
  'llm.outputPricePerMillion': '출력 토큰 백만 개의 값(미국 달러)',
  'answer.cachePerUser': '한 사용자에게 준 답변을 그 사용자에게만 다시 씁니다. 요청의 `user`로 구분합니다',
  'answer.cacheReplayTokensPerSecond': '저장해 둔 답변을 흘려보내는 속도. 0이면 한 번에 보냅니다',
  'cache.enabled': '답변, 검색 결과, 벡터를 저장해 두고 같은 질문에 다시 씁니다',
  'cache.memoryLimitMb': '워커 하나의 캐시가 모두 합쳐 쓸 수 있는 메모리',
  'cache.shared':
    '메모리 말고 어디에 더 저장할지: `embedded`는 데이터 폴더라서 다시 시작해도 남고, `redis`는 여러 서버가 함께 씁니다. `auto`는 `redis.url`이 있으면 Redis, 없으면 데이터 폴더입니다',
  'cache.embeddedLimitMb': '데이터 폴더에 저장하는 캐시가 쓸 수 있는 디스크',
  'cache.answers':
    '어떤 답변을 저장할지: `auto`는 문서에서 찾은 답변(요청의 temperature가 0보다 크면 제외), `always`는 그것과 문서 없이 한 답변까지. `llm.models` 항목에서 따로 정할 수 있습니다',
  'cache.answerHours': '답변을 저장해 두는 시간. 근거가 된 대목이 바뀌면 곧바로 쓰지 않습니다',
  'cache.retrievalMinutes': '검색 결과를 저장해 두는 시간. 컬렉션이 바뀌면 곧바로 버립니다',
  'cache.embeddingHours': '질문의 벡터를 저장해 두는 시간',
  'langgraph.graphs':
    '`narae`와 함께 서비스할 직접 만든 LangGraph.js 그래프: `{"support": "./graphs/support.mjs:graph"}`. 아이디에 파일과 내보낸 이름을 적습니다',
  'cache.semanticCollections':
    '뜻이 같은 질문끼리 답변을 나누어 쓸 컬렉션. `*`는 전부입니다. 비워 두면 똑같은 질문에만 저장한 답변을 씁니다',
  'cache.semanticModels': '컬렉션과 상관없이 답변을 그렇게 나누어 쓸 모델. `*`는 전부입니다',
  'cache.semanticMinSimilarity':
    '답변을 나누어 쓰는 두 질문의 최소 코사인 유사도. 임베더에 따라 알맞은 값이 다릅니다',
  'cache.semanticMinLikeness':
    '답변을 나누어 쓰는 두 질문이 서로 맞아야 하는 단어의 최소 비율(한글이 없는 질문)',
  'cache.semanticMinLikenessKorean': '같은 비율, 한글이 있는 질문',
  'cache.semanticLeadingPassages':
    '가장 알맞은 대목을 이 수만큼만, 그리고 저장한 답변이 인용한 대목을 비교합니다. 없으면 두 질문이 찾은 대목이 모두 같아야 합니다',
  'cache.semanticShadowShare': '나누어 쓴 답변 가운데 나중에 모델에도 물어 잘못된 것을 세어 볼 비율',
  'cache.semanticMemoryMb': '나누어 쓸 수 있는 답변의 질문과 벡터에 워커 하나가 쓰는 메모리',
  'redis.url':
    '여러 서버가 함께 쓰는 Redis: `redis://호스트:6379/0`, 클러스터라면 노드를 쉼표로 이어 적습니다',
  'redis.keyPrefix': 'Redis의 모든 키 앞에 붙는 말',
  'redis.timeoutMs': 'Redis가 이 시간 안에 주지 않은 값은 없는 것으로 봅니다',
};
